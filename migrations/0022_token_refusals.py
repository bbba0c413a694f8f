"""The processes that Discord refuses the bot token to, so that every other one can report it."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0021_running_totals")]

    operations = [
        ops.CreateModel(
            name="TokenRefusal",
            fields=[
                (
                    "id",
                    fields.UUIDField(
                        description="Of the process, new at each start", primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("seen_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "token_refusals",
                "app": "models",
                "pk_attr": "id",
                "table_description": (
                    "One process whose token Discord refuses; renewed while that lasts, deleted afterwards."
                ),
            },
            bases=["Model"],
        ),
    ]
