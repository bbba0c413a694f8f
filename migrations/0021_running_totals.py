"""Columns for running totals of each command, and for uses of all commands by the day.

Nobody can read a table while a column is added to it, so filling them is left to a migration of its own.
"""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.migrations import operations as ops


def _earlier(rows: str) -> ArrayField:
    return ArrayField(
        element_type="bigint", null=True, description=f"Sums of its earlier {rows}: uses, outcomes, latency"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0020_guild_hours")]

    operations = [
        ops.AddField(model_name="CommandHour", name="earlier", field=_earlier("rows of this day")),
        ops.AddField(model_name="CommandDay", name="earlier", field=_earlier("rows")),
        ops.AddField(model_name="GuildDay", name="uses", field=fields.IntField(default=0, db_default=0)),
        ops.AddField(model_name="GuildDay", name="failed", field=fields.IntField(default=0, db_default=0)),
    ]
