"""Who has chosen a language is known beforehand: found by index, and so is what changed lately."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# Few have chosen one, so these indexes are small however many people there are.
INDEXES = """
CREATE INDEX users_language ON users (discord_id) INCLUDE (language) WHERE language IS NOT NULL;
CREATE INDEX users_language_at ON users (language_at) WHERE language_at IS NOT NULL;
CREATE INDEX guilds_language ON guilds (discord_id) INCLUDE (language) WHERE language IS NOT NULL;
CREATE INDEX guilds_language_at ON guilds (language_at) WHERE language_at IS NOT NULL;
"""
UNDO = "DROP INDEX users_language, users_language_at, guilds_language, guilds_language_at;"


class Migration(migrations.Migration):
    dependencies = [("models", "0017_suspended_keys")]

    operations = [
        ops.AddField(
            model_name="User",
            name="language_at",
            field=fields.DatetimeField(null=True, description="When the language was last chosen"),
        ),
        ops.AddField(
            model_name="Guild",
            name="language_at",
            field=fields.DatetimeField(null=True, description="When the language was last changed"),
        ),
        ops.RunSQL(INDEXES, UNDO),
    ]
