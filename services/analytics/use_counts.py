"""Command uses, counted by hour and by day."""

from services.analytics.latency import COUNTED

_NEW = f"""
       command_name, count(*), count(*) FILTER (WHERE outcome = 'answered'),
       count(*) FILTER (WHERE outcome = 'deferred'), count(*) FILTER (WHERE outcome = 'refused'),
       count(*) FILTER (WHERE outcome = 'failed'), {COUNTED}
  FROM command_usage WHERE id > $1 AND id <= $2 GROUP BY 1, 2, 3"""  # nosec B608  (our own constants)

HOURS = f"""
INSERT INTO command_hours (guild_id, hour, command_name, uses, answered, deferred, refused, failed, latency)
SELECT guild_id, date_trunc('hour', timestamp, 'UTC'), {_NEW}
ON CONFLICT (guild_id, hour, command_name) DO UPDATE
   SET uses = command_hours.uses + excluded.uses, answered = command_hours.answered + excluded.answered,
       deferred = command_hours.deferred + excluded.deferred, refused = command_hours.refused + excluded.refused,
       failed = command_hours.failed + excluded.failed,
       latency = ARRAY(SELECT had + more FROM unnest(command_hours.latency, excluded.latency) AS pair (had, more))
"""  # noqa: S608  # nosec B608  (our own names)

DAYS = f"""
INSERT INTO command_days (guild_id, day, command_name, uses, answered, deferred, refused, failed, latency)
SELECT guild_id, (timestamp AT TIME ZONE 'UTC')::date, {_NEW}
ON CONFLICT (guild_id, day, command_name) DO UPDATE
   SET uses = command_days.uses + excluded.uses, answered = command_days.answered + excluded.answered,
       deferred = command_days.deferred + excluded.deferred, refused = command_days.refused + excluded.refused,
       failed = command_days.failed + excluded.failed,
       latency = ARRAY(SELECT had + more FROM unnest(command_days.latency, excluded.latency) AS pair (had, more))
"""  # noqa: S608  # nosec B608  (our own names)
