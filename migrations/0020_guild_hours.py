"""Uses of all commands of a guild by the hour, so that a month of them is read from one row for each hour."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

# A trigger, because a release from before this one may count beside ours. It is there before what was counted earlier
# is added up, and what it locks keeps everybody from counting in between.
COUNT = """
CREATE FUNCTION count_guild_hour() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE guild_hours SET uses = uses + NEW.uses - OLD.uses, failed = failed + NEW.failed - OLD.failed
         WHERE guild_id = NEW.guild_id AND hour = NEW.hour;
    ELSE
        INSERT INTO guild_hours (guild_id, hour, uses, failed) VALUES (NEW.guild_id, NEW.hour, NEW.uses, NEW.failed)
        ON CONFLICT (guild_id, hour) DO UPDATE
           SET uses = guild_hours.uses + excluded.uses, failed = guild_hours.failed + excluded.failed;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER command_hours_counted AFTER INSERT OR UPDATE ON command_hours
    FOR EACH ROW EXECUTE FUNCTION count_guild_hour();
INSERT INTO guild_hours (guild_id, hour, uses, failed)
SELECT guild_id, hour, sum(uses), sum(failed) FROM command_hours GROUP BY guild_id, hour;
"""
UNDO = "DROP FUNCTION count_guild_hour() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("models", "0019_names_and_questions")]

    operations = [
        ops.CreateModel(
            name="GuildHour",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField(description="0 outside a guild")),
                ("hour", fields.DatetimeField(description="Its beginning", auto_now=False, auto_now_add=False)),
                ("uses", fields.IntField()),
                ("failed", fields.IntField()),
            ],
            options={
                "table": "guild_hours",
                "app": "models",
                "unique_together": (("guild_id", "hour"),),
                "pk_attr": "id",
                "table_description": "Uses of all commands in one hour of a guild; kept for 90 days.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(COUNT, UNDO),
    ]
