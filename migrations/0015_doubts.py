"""Changes whose outcome was not told at once, so that a retry is recognized."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0014_log_channel")]

    operations = [
        ops.CreateModel(
            name="Doubt",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField(description="0 outside a guild")),
                ("key", fields.CharField(description="That of its receipt, if it has one by now", max_length=120)),
                ("user_id", fields.BigIntField()),
                (
                    "fingerprint",
                    fields.CharField(description="The same for the same command with the same options", max_length=32),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "doubts",
                "app": "models",
                "unique_together": (("guild_id", "key"),),
                "indexes": [
                    Index(fields=["guild_id", "user_id", "fingerprint"], name="doubts_same"),
                    Index(fields=["created_at"], name="doubts_created"),
                ],
                "pk_attr": "id",
                "table_description": (
                    "A requested change whose outcome the person was not told at once, so that a retry is recognized."
                ),
            },
            bases=["Model"],
        ),
    ]
