"""Running totals of each command, so that a range is the difference of two rows; uses of all commands by the day.

Filling them takes half a minute for a million rows. Meanwhile everybody can read, and processes of the previous release
put counting off, because the cursor is held that each of them has to take first.
"""

from tortoise import migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Each table, its moments, and from when to when its sums go on. Those of hours begin anew each day, on top of what the
# days before add up to: a late use then changes a few hours and days instead of two thousand hours.
PLACES: tuple[dict[str, str], ...] = (
    {
        "table": "command_hours",
        "at": "hour",
        "since": "date_trunc('day', hour, 'UTC')",
        "until": "date_trunc('day', hour, 'UTC') + interval '24 hours'",
    },
    {"table": "command_days", "at": "day", "since": "date '-infinity'", "until": "date 'infinity'"},
)
_COUNTS = ("uses", "answered", "deferred", "refused", "failed", *(f"latency[{n}]" for n in range(1, 20)))

HOLD = """
SELECT FROM statistics_cursors WHERE source = 'command_usage' FOR UPDATE;
LOCK TABLE command_hours, command_days IN SHARE ROW EXCLUSIVE MODE;
"""
# It fired for each change of a row, also for those of running totals, which change nothing that it counts.
_HOURS_COUNTED = """
CREATE OR REPLACE TRIGGER command_hours_counted AFTER INSERT OR UPDATE{columns} ON command_hours
    FOR EACH ROW EXECUTE FUNCTION count_guild_hour();
"""
_FILL = """
UPDATE {table} filled SET earlier = found.sums
  FROM (SELECT id, ARRAY[{sums}]::bigint[] AS sums FROM {table}
        WINDOW before AS (PARTITION BY guild_id, command_name, {since} ORDER BY {at}
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS found
 WHERE filled.id = found.id;
"""
_FILL_DAYS = """
INSERT INTO guild_days (guild_id, day, active, active_7, active_30, active_90, new, uses, failed)
SELECT guild_id, day, 0, 0, 0, 0, 0, sum(uses), sum(failed) FROM command_days WHERE guild_id <> 0 GROUP BY guild_id, day
ON CONFLICT (guild_id, day) DO UPDATE SET uses = excluded.uses, failed = excluded.failed;
"""
# Triggers, because a release from before this one may count beside ours. What comes late changes the sums of all later
# rows; most of the time there are none. Once for each statement and command, because a batch may hold hundreds of rows.
_KEEP = """
CREATE FUNCTION total_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first record;
    last_before record;
BEGIN
    FOR first IN
        SELECT guild_id, command_name, {since} AS since, {until} AS until, min({at}) AS at
          FROM counted GROUP BY 1, 2, 3, 4
    LOOP
        SELECT {at} AS at, earlier INTO last_before FROM {table}
         WHERE guild_id = first.guild_id AND command_name = first.command_name
           AND {at} >= first.since AND {at} < first.at
         ORDER BY {at} DESC LIMIT 1;
        UPDATE {table} late SET earlier = found.sums
          FROM (SELECT id, ARRAY[{sums}]::bigint[] AS sums FROM {table}
                 WHERE guild_id = first.guild_id AND command_name = first.command_name
                   AND {at} >= coalesce(last_before.at, first.at) AND {at} < first.until
                WINDOW before AS (ORDER BY {at} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)) AS found
         WHERE late.id = found.id AND late.{at} >= first.at AND late.earlier IS DISTINCT FROM found.sums;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_added AFTER INSERT ON {table} REFERENCING NEW TABLE AS counted
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION total_{table}();
CREATE TRIGGER {table}_changed AFTER UPDATE ON {table} REFERENCING NEW TABLE AS counted
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION total_{table}();
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


def _sums(before: str) -> str:
    """Each count of a row's earlier rows, on top of what stands in `before` at the place of its number."""
    return ", ".join(
        f"{before.format(place)} + coalesce(sum({count}) OVER before, 0)" for place, count in enumerate(_COUNTS, 1)
    )


FILL = "".join(_FILL.format(sums=_sums("0"), **place) for place in PLACES) + _FILL_DAYS
_TOTALS_KEPT = "".join(_KEEP.format(sums=_sums("coalesce(last_before.earlier[{}], 0)"), **place) for place in PLACES)
DO = HOLD + _HOURS_COUNTED.format(columns=" OF uses, failed") + FILL + _TOTALS_KEPT + _KEEP_DAYS
UNDO = """
DROP FUNCTION count_guild_day() CASCADE;
DROP FUNCTION total_command_hours() CASCADE;
DROP FUNCTION total_command_days() CASCADE;
""" + _HOURS_COUNTED.format(columns="")


class Migration(migrations.Migration):
    dependencies = [("models", "0022_token_refusals")]
    apart = True  # or it would hold the lock on the tables to which columns were added before

    operations = [
        ops.RunSQL(DO, UNDO),
        ops.AddIndex(
            model_name="CommandHour",
            index=Index(fields=["guild_id", "command_name", "hour"], name="command_hours_of_command"),
        ),
        ops.AddIndex(
            model_name="CommandDay",
            index=Index(fields=["guild_id", "command_name", "day"], name="command_days_of_command"),
        ),
    ]
