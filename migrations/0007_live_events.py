"""Live events: each change that people watch leaves one, by a trigger, in its own transaction."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from models.fields import SnowflakeKey

# Logged, although what is in it lives for an hour: an unlogged table is empty after a crash and on every standby, so
# that effects would be there without their events. The triggers are measured in bench/sockets.py.
RULES = """
ALTER TABLE live_events
    ALTER xid SET DEFAULT pg_current_xact_id()::text::bigint,
    ALTER created_at SET DEFAULT now(),
    ADD CONSTRAINT live_events_kind CHECK (kind IN ('command', 'ledger', 'setting', 'job', 'member'));
ALTER TABLE live_history ADD CONSTRAINT live_history_single CHECK (id = 1);
ALTER TABLE socket_tickets
    ALTER created_at SET DEFAULT now(),
    ADD CONSTRAINT socket_tickets_digest CHECK (digest ~ '^[0-9a-f]{64}$'),
    ADD CONSTRAINT socket_tickets_proof CHECK (proof IN ('session', 'family'));
"""

# Postings and not transfers, because the postings say how much; those of one transfer come in one statement.
LEDGER = """
CREATE FUNCTION tell_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (guild_id, kind, data)
    SELECT t.guild_id, 'ledger', jsonb_build_object(
        'transfer_id', t.id::text, 'kind', t.kind, 'actor_id', t.actor_id::text, 'coins', e.coins)
      FROM (SELECT transfer_id, sum(amount) FILTER (WHERE amount > 0) AS coins FROM entered GROUP BY transfer_id) AS e
      JOIN transfers t ON t.id = e.transfer_id;
    RETURN NULL;
END $$;
CREATE TRIGGER postings_live AFTER INSERT ON postings REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION tell_ledger();
"""

# Uses are written in batches, and told in batches too.
COMMAND = """
CREATE FUNCTION tell_commands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (guild_id, kind, data)
    SELECT guild_id, 'command', jsonb_build_object(
        'uses', sum(uses), 'failed', sum(failed), 'commands', jsonb_object_agg(command_name, uses))
      FROM (SELECT guild_id, command_name, count(*) AS uses, count(*) FILTER (WHERE outcome = 'failed') AS failed
              FROM entered WHERE guild_id <> 0 GROUP BY guild_id, command_name) AS used
     GROUP BY guild_id;
    RETURN NULL;
END $$;
CREATE TRIGGER command_usage_live AFTER INSERT ON command_usage REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION tell_commands();
"""

SETTING = """
CREATE FUNCTION tell_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (guild_id, kind, data)
    VALUES (NEW.guild_id, 'setting', jsonb_build_object(
        'number', NEW.number, 'actor_id', NEW.actor_id::text, 'source', NEW.source,
        'settings', (SELECT jsonb_agg(name ORDER BY name) FROM jsonb_object_keys(NEW.changes) AS name)));
    RETURN NULL;
END $$;
CREATE TRIGGER change_sets_live AFTER INSERT ON change_sets FOR EACH ROW EXECUTE FUNCTION tell_setting();
"""

# A job that is done is deleted by the worker that holds it; what nobody holds was called off, and is no news.
JOB = """
CREATE FUNCTION tell_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (guild_id, kind, data)
    VALUES (OLD.guild_id, 'job', jsonb_build_object('job_id', OLD.id::text, 'kind', OLD.kind, 'outcome', TG_ARGV[0]));
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_done_live AFTER DELETE ON jobs FOR EACH ROW
    WHEN (OLD.guild_id <> 0 AND OLD.leased_by IS NOT NULL AND OLD.failed_at IS NULL)
    EXECUTE FUNCTION tell_job('done');
CREATE TRIGGER jobs_given_up_live AFTER UPDATE OF failed_at ON jobs FOR EACH ROW
    WHEN (NEW.guild_id <> 0 AND NEW.failed_at IS NOT NULL AND OLD.failed_at IS NULL)
    EXECUTE FUNCTION tell_job('given up');
"""

# How many, and the first of them: a guild may bring thousands at once.
MEMBER = """
CREATE FUNCTION tell_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO live_events (guild_id, kind, data)
    SELECT guild_id, 'member', jsonb_build_object(
        'members', count(*), 'member_ids', to_jsonb((array_agg(user_id::text ORDER BY user_id))[1:20]))
      FROM entered GROUP BY guild_id;
    RETURN NULL;
END $$;
CREATE TRIGGER user_guild_data_live AFTER INSERT ON user_guild_data REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION tell_members();
"""

# Each takes its triggers with it.
UNDO = """
DROP FUNCTION tell_ledger() CASCADE;
DROP FUNCTION tell_commands() CASCADE;
DROP FUNCTION tell_setting() CASCADE;
DROP FUNCTION tell_job() CASCADE;
DROP FUNCTION tell_members() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0006_command_rules")]

    operations = [
        ops.CreateModel(
            name="LiveEvent",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("xid", fields.BigIntField(description="The transaction it happened in; readers go by (xid, id)")),
                ("guild_id", fields.BigIntField()),
                ("kind", fields.CharField(description="command, ledger, setting, job or member", max_length=8)),
                (
                    "data",
                    fields.JSONField(
                        description="Ids and counts, never what people wrote", encoder=JSON_DUMPS, decoder=loads
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "live_events",
                "app": "models",
                "indexes": [Index(fields=["guild_id", "xid", "id"], name="live_events_guild")],
                "pk_attr": "id",
                "table_description": (
                    "One event, written by triggers on the tables it is about, and kept for an hour."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="LiveHistory",
            fields=[
                ("id", SnowflakeKey(primary_key=True, unique=True, db_index=True, description="Always 1")),
                ("xid", fields.BigIntField()),
                ("event_id", fields.BigIntField()),
            ],
            options={
                "table": "live_history",
                "app": "models",
                "pk_attr": "id",
                "table_description": (
                    "The newest deleted event, which tells how far back events reach. One row at most."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SocketTicket",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "digest",
                    fields.CharField(
                        unique=True, description="SHA-256 of the ticket, which is kept nowhere", max_length=64
                    ),
                ),
                ("user_id", fields.BigIntField()),
                (
                    "proof",
                    fields.CharField(description="By what they were signed in: session or family", max_length=8),
                ),
                ("proof_id", fields.BigIntField(description="Of that session or family; its end is the socket's")),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "socket_tickets",
                "app": "models",
                "pk_attr": "id",
                "table_description": "A ticket that opens one socket, once, within 30 seconds.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES + LEDGER + COMMAND + SETTING + JOB + MEMBER, UNDO),
    ]
