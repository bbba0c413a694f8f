"""Acts that were shown and wait for their confirm button."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0002_rules")]

    operations = [
        ops.CreateModel(
            name="Plan",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("actor_id", fields.BigIntField(description="Who was shown the plan, and alone may confirm it")),
                ("action", fields.CharField(max_length=64)),
                ("details", fields.JSONField(default=dict, encoder=JSON_DUMPS, decoder=loads)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "plans",
                "app": "models",
                "unique_together": (("guild_id", "id"),),
                "pk_attr": "id",
                "table_description": (
                    "One planned action waiting for its confirm button; exactly what is stored here gets confirmed."
                ),
            },
            bases=["Model"],
        ),
    ]
