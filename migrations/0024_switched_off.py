"""The guilds that have turned an area off are found by index, because every process looks for them each second."""

from tortoise import migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("models", "0023_fill_running_totals")]

    operations = [
        ops.RunSQL(
            "CREATE INDEX guilds_areas ON guilds (discord_id) WHERE config ? 'areas';", "DROP INDEX guilds_areas;"
        ),
    ]
