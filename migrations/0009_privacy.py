"""The right to be forgotten: books that stay provable although nobody can tell any more whose rows they were.

The digests of the ledger cover a seal in the place of names and words: a hash of them with a salt of its own. Erasure
takes the salt away together with what was sealed. What is left proves every coin and names nobody.
"""

from importlib import import_module

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

SEALS = """
CREATE FUNCTION transfer_seal(salt bytea, t transfers) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(salt || convert_to(jsonb_build_array(t.key, t.actor_id, t.reason, t.details)::text, 'UTF8'))
$$;
CREATE FUNCTION account_seal(salt bytea, user_id bigint) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(salt || convert_to(user_id::text, 'UTF8'))
$$;

CREATE FUNCTION seal_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.seal := transfer_seal(NEW.salt, NEW);
    RETURN NEW;
END $$;
CREATE TRIGGER seal_transfer BEFORE INSERT ON transfers FOR EACH ROW EXECUTE FUNCTION seal_transfer();

CREATE FUNCTION seal_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.salt := uuid_send(gen_random_uuid());
    NEW.seal := account_seal(NEW.salt, NEW.user_id);
    RETURN NEW;
END $$;
CREATE TRIGGER seal_account BEFORE INSERT ON user_economy FOR EACH ROW EXECUTE FUNCTION seal_account();

CREATE OR REPLACE FUNCTION posting_digest(before bytea, t transfers, p postings) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(coalesce(before, ''::bytea) || t.seal || convert_to(jsonb_build_array(
        t.id, t.guild_id, t.kind, t.reverses_id, extract(epoch FROM t.created_at),
        p.account_id, p.amount, p.seq, p.balance_after)::text, 'UTF8'))
$$;
CREATE OR REPLACE FUNCTION account_origin(a user_economy) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(a.seal || convert_to(jsonb_build_array(a.id, a.guild_id, a.kind)::text, 'UTF8'))
$$;
"""

# Rows from before the seals get them, and their chains are made anew, once.
SEAL_WHAT_IS_THERE = """
ALTER TABLE transfers DISABLE TRIGGER USER;
ALTER TABLE user_economy DISABLE TRIGGER USER;
ALTER TABLE postings DISABLE TRIGGER USER;
UPDATE transfers SET salt = uuid_send(gen_random_uuid());
UPDATE transfers t SET seal = transfer_seal(t.salt, t);
UPDATE user_economy SET salt = uuid_send(gen_random_uuid());
UPDATE user_economy SET seal = account_seal(salt, user_id);
DO $$
DECLARE
    account user_economy;
    posting postings;
    transfer transfers;
    last bytea;
BEGIN
    FOR account IN SELECT * FROM user_economy WHERE seq > 0 LOOP
        last := account_origin(account);
        FOR posting IN SELECT * FROM postings WHERE guild_id = account.guild_id AND account_id = account.id ORDER BY seq LOOP
            SELECT * INTO STRICT transfer FROM transfers WHERE id = posting.transfer_id;
            last := posting_digest(last, transfer, posting);
            UPDATE postings SET digest = last WHERE id = posting.id;
        END LOOP;
        UPDATE user_economy SET head = last WHERE id = account.id;
    END LOOP;
END $$;
ALTER TABLE transfers ENABLE TRIGGER USER;
ALTER TABLE user_economy ENABLE TRIGGER USER;
ALTER TABLE postings ENABLE TRIGGER USER;
"""

# What erasure may do to history, and nothing else may: each rule names all that has to stay.
ERASURE = """
-- A server that has been gone for a month takes all of its history along.
CREATE FUNCTION long_gone(guild bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM guilds WHERE discord_id = guild AND left_at < now() - interval '30 days')
$$;
CREATE FUNCTION guard_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND long_gone(OLD.guild_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'postings is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER postings_append_only ON postings;
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION guard_posting();

CREATE FUNCTION guard_transfer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND long_gone(OLD.guild_id) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.salt IS NULL AND NEW.reason = '' AND NEW.details = '{}'
        AND NEW.key = 'erased:' || NEW.id AND NEW.actor_id IN (OLD.actor_id, -1)
        AND (NEW.id, NEW.guild_id, NEW.kind, NEW.seal, NEW.reverses_id, NEW.created_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.guild_id, OLD.kind, OLD.seal, OLD.reverses_id, OLD.created_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'transfers is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER transfers_append_only ON transfers;
CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION guard_transfer();

CREATE OR REPLACE FUNCTION guard_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.balance <> 0 OR NEW.seq <> 0 OR NEW.head IS NOT NULL) THEN
        RAISE EXCEPTION 'an account starts empty' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() < 2
        AND (NEW.balance, NEW.seq, NEW.head, NEW.guild_id, NEW.kind, NEW.seal)
            IS DISTINCT FROM (OLD.balance, OLD.seq, OLD.head, OLD.guild_id, OLD.kind, OLD.seal)
    THEN
        RAISE EXCEPTION 'a balance changes by postings only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.salt) IS DISTINCT FROM (OLD.user_id, OLD.salt)
        AND NOT (NEW.kind = 'wallet' AND NEW.user_id = -NEW.id AND NEW.salt IS NULL AND NEW.balance = 0)
    THEN
        RAISE EXCEPTION 'a wallet changes hands never' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION guard_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND long_gone(OLD.guild_id) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.actor_id IN (OLD.actor_id, -1) AND NEW.target IN (OLD.target, 'erased')
        AND NEW.details = '{}'
        AND (NEW.id, NEW.guild_id, NEW.action, NEW.request_id, NEW.created_at)
            IS NOT DISTINCT FROM (OLD.id, OLD.guild_id, OLD.action, OLD.request_id, OLD.created_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit_log is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER audit_log_append_only ON audit_log;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION guard_audit();

CREATE FUNCTION guard_change_set() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND long_gone(OLD.guild_id) THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.actor_id = -1
        AND (NEW.id, NEW.guild_id, NEW.number, NEW.source, NEW.changes, NEW.reverts, NEW.request_id, NEW.created_at)
            IS NOT DISTINCT FROM
            (OLD.id, OLD.guild_id, OLD.number, OLD.source, OLD.changes, OLD.reverts, OLD.request_id, OLD.created_at)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'change_sets is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
DROP TRIGGER change_sets_append_only ON change_sets;
CREATE TRIGGER change_sets_append_only BEFORE UPDATE OR DELETE ON change_sets
    FOR EACH ROW EXECUTE FUNCTION guard_change_set();

ALTER TABLE erasures ALTER requested_at SET DEFAULT now();
CREATE UNIQUE INDEX erasures_one ON erasures (user_id) WHERE done_at IS NULL;
ALTER TABLE exports ALTER requested_at SET DEFAULT now();
"""

# Back to the rules of 0002, whose digests cover names themselves: books with history are then unsound, by design.
UNDO = f"""
DROP TRIGGER seal_transfer ON transfers;
DROP TRIGGER seal_account ON user_economy;
DROP FUNCTION guard_balance() CASCADE;
DROP FUNCTION check_zero_sum() CASCADE;
DROP FUNCTION enter_posting() CASCADE;
DROP FUNCTION posting_digest(bytea, transfers, postings);
DROP FUNCTION account_origin(user_economy);
DROP FUNCTION seal_transfer();
DROP FUNCTION seal_account();
DROP FUNCTION transfer_seal(bytea, transfers);
DROP FUNCTION account_seal(bytea, bigint);
DROP FUNCTION guard_posting() CASCADE;
DROP FUNCTION guard_transfer() CASCADE;
DROP FUNCTION guard_audit() CASCADE;
DROP FUNCTION guard_change_set() CASCADE;
DROP FUNCTION long_gone(bigint);
{import_module("migrations.0002_rules").BOOKS}
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER change_sets_append_only BEFORE UPDATE OR DELETE ON change_sets
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0008_statistics")]

    operations = [
        ops.AddField(
            model_name="Transfer",
            name="salt",
            field=fields.BinaryField(
                null=True, description="Sealed with it are key, actor, reason and details; null once erased"
            ),
        ),
        ops.AddField(model_name="Transfer", name="seal", field=fields.BinaryField(null=True)),
        ops.AddField(
            model_name="Account",
            name="salt",
            field=fields.BinaryField(
                null=True, description="Sealed with it is whose account this is; null once erased"
            ),
        ),
        ops.AddField(model_name="Account", name="seal", field=fields.BinaryField(null=True)),
        ops.CreateModel(
            name="Erasure",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("user_id", fields.BigIntField(description="-1 once it is done")),
                ("requested_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                (
                    "due_at",
                    fields.DatetimeField(
                        description="Until then it can be cancelled", auto_now=False, auto_now_add=False
                    ),
                ),
                (
                    "begun_at",
                    fields.DatetimeField(
                        null=True, description="From then on it can't be taken back", auto_now=False, auto_now_add=False
                    ),
                ),
                ("done_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "erasures",
                "app": "models",
                "pk_attr": "id",
                "table_description": ("A request for erasure; once done, the row no longer says whose it was."),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Export",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("user_id", fields.BigIntField()),
                (
                    "file",
                    fields.BinaryField(
                        null=True, description="Encrypted and bound to this row; null while it is being made"
                    ),
                ),
                ("requested_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "exports",
                "app": "models",
                "indexes": [Index(fields=["user_id"], name="exports_user")],
                "pk_attr": "id",
                "table_description": "A copy of one person's data, made for them and kept for a day.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(SEALS + SEAL_WHAT_IS_THERE + ERASURE, UNDO),
    ]
