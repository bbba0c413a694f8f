"""Running totals of each command, so that a range is the difference of two rows; uses of all commands by the day."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

PLACES = (("command_hours", "hour"), ("command_days", "day"))
_COUNTS = ("uses", "answered", "deferred", "refused", "failed", *(f"latency[{n}]" for n in range(1, 20)))
_SUMS = ", ".join(f"coalesce(sum({count}) OVER before, 0)" for count in _COUNTS)

# Triggers, because a release from before this one may count beside ours. What comes late changes the sums of all later
# rows; most of the time there are none. Once for each statement and command, because a batch may hold hundreds of rows.
_KEEP = """
CREATE FUNCTION total_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first record;
    found {table};
    sums bigint[];
BEGIN
    FOR first IN SELECT guild_id, command_name, min({at}) AS at FROM counted GROUP BY guild_id, command_name LOOP
        sums := array_fill(0, ARRAY[{size}]);
        FOR found IN
            SELECT * FROM {table}
             WHERE guild_id = first.guild_id AND command_name = first.command_name AND {at} >= coalesce(
                   (SELECT max({at}) FROM {table} WHERE guild_id = first.guild_id
                       AND command_name = first.command_name AND {at} < first.at), first.at)
             ORDER BY {at}
        LOOP
            IF found.{at} < first.at THEN
                sums := found.earlier;
            ELSIF found.earlier IS DISTINCT FROM sums THEN
                UPDATE {table} SET earlier = sums WHERE id = found.id;
            END IF;
            sums := ARRAY(
                SELECT had + more
                  FROM unnest(sums, ARRAY[found.uses, found.answered, found.deferred, found.refused, found.failed]
                                    || found.latency) AS pair (had, more));
        END LOOP;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS counted
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION total_{table}();
CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS counted
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION total_{table}();
"""
_FILL = """
UPDATE {table} filled SET earlier = found.sums
  FROM (SELECT id, ARRAY[{sums}]::bigint[] AS sums FROM {table}
        WINDOW before AS (PARTITION BY guild_id, command_name ORDER BY {at}
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS found
 WHERE filled.id = found.id;
"""
_KEEP_DAYS = """
CREATE FUNCTION count_guild_day() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        UPDATE guild_days SET uses = uses + NEW.uses - OLD.uses, failed = failed + NEW.failed - OLD.failed
         WHERE guild_id = NEW.guild_id AND day = NEW.day;
    ELSE
        INSERT INTO guild_days (guild_id, day, active, active_7, active_30, active_90, new, uses, failed)
        VALUES (NEW.guild_id, NEW.day, 0, 0, 0, 0, 0, NEW.uses, NEW.failed)
        ON CONFLICT (guild_id, day) DO UPDATE
           SET uses = guild_days.uses + excluded.uses, failed = guild_days.failed + excluded.failed;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER command_days_counted AFTER INSERT OR UPDATE OF uses, failed ON command_days
    FOR EACH ROW WHEN (NEW.guild_id <> 0) EXECUTE FUNCTION count_guild_day();
"""
_FILL_DAYS = """
INSERT INTO guild_days (guild_id, day, active, active_7, active_30, active_90, new, uses, failed)
SELECT guild_id, day, 0, 0, 0, 0, 0, sum(uses), sum(failed) FROM command_days WHERE guild_id <> 0 GROUP BY guild_id, day
ON CONFLICT (guild_id, day) DO UPDATE SET uses = excluded.uses, failed = excluded.failed;
"""
KEEP = "".join(_KEEP.format(table=table, at=at, size=len(_COUNTS)) for table, at in PLACES) + _KEEP_DAYS
FILL = "".join(_FILL.format(table=table, at=at, sums=_SUMS) for table, at in PLACES) + _FILL_DAYS
UNDO = """
DROP FUNCTION count_guild_day() CASCADE;
DROP FUNCTION total_command_hours() CASCADE;
DROP FUNCTION total_command_days() CASCADE;
"""


def _earlier() -> ArrayField:
    return ArrayField(
        element_type="bigint", null=True, description="Sums of this command's earlier rows: uses, outcomes, latency"
    )


class Migration(migrations.Migration):
    dependencies = [("models", "0020_guild_hours")]

    operations = [
        ops.AddField(model_name="CommandHour", name="earlier", field=_earlier()),
        ops.AddField(model_name="CommandDay", name="earlier", field=_earlier()),
        ops.AddField(model_name="GuildDay", name="uses", field=fields.IntField(default=0, db_default=0)),
        ops.AddField(model_name="GuildDay", name="failed", field=fields.IntField(default=0, db_default=0)),
        ops.RunSQL(FILL + KEEP, UNDO),
        ops.AddIndex(
            model_name="CommandHour",
            index=Index(fields=["guild_id", "command_name", "hour"], name="command_hours_of_command"),
        ),
        ops.AddIndex(
            model_name="CommandDay",
            index=Index(fields=["guild_id", "command_name", "day"], name="command_days_of_command"),
        ),
    ]
