"""Rules and records ask `tatiana_now()` for the time, which development can move forward by replacing the function.

PostgreSQL puts its single expression in the place of each call, so it costs nothing and the same indexes are used.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

CLOCK = """
CREATE FUNCTION tatiana_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS 'SELECT now()';
"""
# Sessions, keys, tokens and live updates stay in real time.
USES = """
ALTER TABLE user_economy ALTER created_at SET DEFAULT {now};
ALTER TABLE transfers ALTER created_at SET DEFAULT {now};
ALTER TABLE receipts ALTER created_at SET DEFAULT {now};
ALTER TABLE users ALTER created_at SET DEFAULT {now}, ALTER updated_at SET DEFAULT {now};
ALTER TABLE guilds ALTER created_at SET DEFAULT {now}, ALTER updated_at SET DEFAULT {now};
ALTER TABLE jobs ALTER created_at SET DEFAULT {now};
ALTER TABLE change_sets ALTER created_at SET DEFAULT {now};
ALTER TABLE erasures ALTER requested_at SET DEFAULT {now};
ALTER TABLE exports ALTER requested_at SET DEFAULT {now};
ALTER TABLE moderation_logs ALTER created_at SET DEFAULT {now};
ALTER TABLE case_evidence ALTER created_at SET DEFAULT {now};
CREATE OR REPLACE FUNCTION long_gone(guild bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM guilds WHERE discord_id = guild AND left_at < {now} - interval '30 days')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0026_live_cases")]

    operations = [
        ops.RunSQL(
            CLOCK + USES.replace("{now}", "tatiana_now()"),
            USES.replace("{now}", "now()") + "DROP FUNCTION tatiana_now();",
        ),
    ]
