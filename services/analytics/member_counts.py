"""Distinct active members on each day, and in the 7, 30 and 90 days ending with it, counted exactly.

A member active on a day belongs to the windows of that day and of the `size` - 1 days after it. Windows
that an earlier or later day of the same member already reaches have counted this member; only the rest is added.
"""

# The cursor is locked, so nobody else adds days. `earlier` and `later` are this member's nearest known days; members
# for whom they are equal change the same windows. UPDATE does not see rows inserted by the same statement.
DAYS = """
WITH used AS (
    SELECT guild_id, user_id, (timestamp AT TIME ZONE 'UTC')::date AS day, count(*) AS uses
      FROM command_usage WHERE id > $1 AND id <= $2 AND guild_id <> 0 GROUP BY 1, 2, 3),
fresh AS (
    SELECT u.guild_id, u.user_id, u.day, u.uses,
           greatest(lag(u.day) OVER (PARTITION BY u.guild_id, u.user_id ORDER BY u.day), (
               SELECT max(m.day) FROM member_days m
                WHERE m.guild_id = u.guild_id AND m.user_id = u.user_id AND m.day < u.day)) AS earlier,
           (SELECT min(m.day) FROM member_days m
             WHERE m.guild_id = u.guild_id AND m.user_id = u.user_id AND m.day > u.day) AS later
      FROM used u
     WHERE NOT EXISTS (SELECT FROM member_days m
                        WHERE m.guild_id = u.guild_id AND m.user_id = u.user_id AND m.day = u.day)),
entered AS (
    INSERT INTO member_days (guild_id, user_id, day, uses, newcomer)
    SELECT guild_id, user_id, day, uses, earlier IS NULL FROM fresh),
known AS (
    UPDATE member_days m SET uses = m.uses + more.uses, newcomer = m.newcomer AND NOT more.was_first
      FROM (SELECT guild_id, user_id, day, sum(uses) AS uses, bool_or(was_first) AS was_first
              FROM (SELECT guild_id, user_id, day, uses, false AS was_first FROM used
                    UNION ALL
                    SELECT guild_id, user_id, later, 0, true FROM fresh
                     WHERE earlier IS NULL AND later IS NOT NULL) AS touched
             GROUP BY guild_id, user_id, day) AS more
     WHERE m.guild_id = more.guild_id AND m.user_id = more.user_id AND m.day = more.day
    RETURNING m.guild_id, m.day, more.was_first),
alike AS (
    SELECT guild_id, day, earlier, later, count(*) AS members FROM fresh GROUP BY guild_id, day, earlier, later),
changes AS (
    SELECT guild_id, reached::date AS day, size, members
      FROM alike, unnest(ARRAY[1, 7, 30, 90]) AS size, generate_series(
           greatest(day, earlier + size)::timestamp, least(day + size - 1, later - 1)::timestamp,
           interval '1 day') AS reached
    UNION ALL SELECT guild_id, day, 0, members FROM alike WHERE earlier IS NULL
    UNION ALL SELECT guild_id, day, 0, -1 FROM known WHERE was_first)
INSERT INTO guild_days (guild_id, day, active, active_7, active_30, active_90, new)
SELECT guild_id, day, coalesce(sum(members) FILTER (WHERE size = 1), 0),
       coalesce(sum(members) FILTER (WHERE size = 7), 0), coalesce(sum(members) FILTER (WHERE size = 30), 0),
       coalesce(sum(members) FILTER (WHERE size = 90), 0), coalesce(sum(members) FILTER (WHERE size = 0), 0)
  FROM changes GROUP BY guild_id, day
ON CONFLICT (guild_id, day) DO UPDATE
   SET active = guild_days.active + excluded.active, active_7 = guild_days.active_7 + excluded.active_7,
       active_30 = guild_days.active_30 + excluded.active_30, active_90 = guild_days.active_90 + excluded.active_90,
       new = guild_days.new + excluded.new"""
