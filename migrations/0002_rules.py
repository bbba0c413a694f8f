"""The rules that the database itself holds: books that balance, history that stays, values in range."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Rows are also written by plain SQL, which knows nothing of the models' defaults.
DEFAULTS = """
ALTER TABLE user_economy ALTER created_at SET DEFAULT now(), ALTER balance SET DEFAULT 0, ALTER seq SET DEFAULT 0,
    ALTER daily_streak SET DEFAULT 0;
ALTER TABLE transfers ALTER created_at SET DEFAULT now();
ALTER TABLE postings ALTER seq SET DEFAULT 0, ALTER balance_after SET DEFAULT 0;
ALTER TABLE receipts ALTER created_at SET DEFAULT now(), ALTER refused SET DEFAULT false;
ALTER TABLE users ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now();
ALTER TABLE user_guild_data ALTER level SET DEFAULT 0, ALTER experience SET DEFAULT 0;
ALTER TABLE guilds ALTER created_at SET DEFAULT now(), ALTER updated_at SET DEFAULT now(), ALTER prefix SET DEFAULT '/',
    ALTER config SET DEFAULT '{}';
ALTER TABLE jobs ALTER created_at SET DEFAULT now(), ALTER attempts SET DEFAULT 0, ALTER max_attempts SET DEFAULT 8,
    ALTER payload SET DEFAULT '{}', ALTER guild_id SET DEFAULT 0;
"""

# 9e15 stays below 2**53, so that a balance survives JavaScript.
CHECKS = """
ALTER TABLE user_economy
    ADD CONSTRAINT user_economy_kind CHECK (kind IN ('wallet', 'treasury', 'escrow', 'mint', 'sink')),
    ADD CONSTRAINT user_economy_owner CHECK ((kind = 'wallet') = (user_id <> 0)),
    ADD CONSTRAINT user_economy_covered CHECK (kind = 'mint' OR balance >= 0),
    ADD CONSTRAINT user_economy_bounded CHECK (balance BETWEEN -9000000000000000 AND 9000000000000000);
ALTER TABLE postings ADD CONSTRAINT postings_amount CHECK (amount <> 0);
ALTER TABLE offers
    ADD CONSTRAINT offers_state CHECK (state IN ('open', 'accepted', 'declined', 'expired')),
    ADD CONSTRAINT offers_amount CHECK (amount > 0);
ALTER TABLE shop_items
    ADD CONSTRAINT shop_items_price CHECK (price BETWEEN 0 AND 1000000000000),
    ADD CONSTRAINT shop_items_stock CHECK (stock >= 0),
    ADD CONSTRAINT shop_items_effect CHECK (effect IN ('none', 'role', 'streak_saver')),
    ADD CONSTRAINT shop_items_role CHECK ((effect = 'role') = (role_id IS NOT NULL));
ALTER TABLE user_inventory ADD CONSTRAINT user_inventory_quantity CHECK (quantity >= 0);

CREATE INDEX user_economy_standing ON user_economy (guild_id, balance DESC, user_id) WHERE kind = 'wallet';
CREATE UNIQUE INDEX transfers_reversed_once ON transfers (guild_id, reverses_id) WHERE reverses_id IS NOT NULL;
CREATE UNIQUE INDEX offers_one_request ON offers (guild_id, payer_id, payee_id) WHERE kind = 'request' AND state = 'open';
CREATE UNIQUE INDEX shop_items_name ON shop_items (guild_id, lower(name)) WHERE archived_at IS NULL;
CREATE INDEX jobs_claim ON jobs (due_at) WHERE failed_at IS NULL;
"""

BOOKS = """
CREATE FUNCTION posting_digest(before bytea, t transfers, p postings) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(coalesce(before, ''::bytea) || convert_to(jsonb_build_array(
        t.id, t.guild_id, t.key, t.kind, t.actor_id, t.reason, t.details, t.reverses_id, extract(epoch FROM t.created_at),
        p.account_id, p.amount, p.seq, p.balance_after)::text, 'UTF8'))
$$;

-- The first posting of an account covers whose it is, so that wallets can't be swapped between members.
CREATE FUNCTION account_origin(a user_economy) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(jsonb_build_array(a.id, a.guild_id, a.kind, a.user_id)::text, 'UTF8'))
$$;

CREATE FUNCTION enter_posting() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account user_economy;
    transfer transfers;
BEGIN
    SELECT * INTO STRICT account FROM user_economy WHERE id = NEW.account_id FOR UPDATE;
    SELECT * INTO STRICT transfer FROM transfers WHERE id = NEW.transfer_id;
    IF account.guild_id <> NEW.guild_id OR transfer.guild_id <> NEW.guild_id THEN
        RAISE EXCEPTION 'a posting may not cross guilds' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.seq := account.seq + 1;
    NEW.balance_after := account.balance + NEW.amount;
    NEW.digest := posting_digest(coalesce(account.head, account_origin(account)), transfer, NEW);
    UPDATE user_economy SET balance = NEW.balance_after, seq = NEW.seq, head = NEW.digest WHERE id = NEW.account_id;
    RETURN NEW;
END $$;
CREATE TRIGGER enter_posting BEFORE INSERT ON postings FOR EACH ROW EXECUTE FUNCTION enter_posting();

CREATE FUNCTION check_zero_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM entered GROUP BY transfer_id HAVING sum(amount) <> 0) THEN
        RAISE EXCEPTION 'the postings of a transfer must sum to zero' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER postings_zero_sum AFTER INSERT ON postings REFERENCING NEW TABLE AS entered
    FOR EACH STATEMENT EXECUTE FUNCTION check_zero_sum();

-- Only a posting moves a balance: enter_posting() is one trigger level above this one.
CREATE FUNCTION guard_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.balance <> 0 OR NEW.seq <> 0 OR NEW.head IS NOT NULL) THEN
        RAISE EXCEPTION 'an account starts empty' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND pg_trigger_depth() < 2
        AND (NEW.balance, NEW.seq, NEW.head, NEW.guild_id, NEW.kind, NEW.user_id)
            IS DISTINCT FROM (OLD.balance, OLD.seq, OLD.head, OLD.guild_id, OLD.kind, OLD.user_id)
    THEN
        RAISE EXCEPTION 'a balance changes by postings only' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER guard_balance BEFORE INSERT OR UPDATE ON user_economy FOR EACH ROW EXECUTE FUNCTION guard_balance();
"""

HISTORY = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER transfers_append_only BEFORE UPDATE OR DELETE ON transfers FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER postings_append_only BEFORE UPDATE OR DELETE ON postings FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""

# The tables go with 0001, and their constraints, indexes and triggers with them.
UNDO = """
DROP FUNCTION refuse_change() CASCADE;
DROP FUNCTION guard_balance() CASCADE;
DROP FUNCTION check_zero_sum() CASCADE;
DROP FUNCTION enter_posting() CASCADE;
DROP FUNCTION posting_digest(bytea, transfers, postings) CASCADE;
DROP FUNCTION account_origin(user_economy) CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0001_initial")]

    operations = [ops.RunSQL(DEFAULTS + CHECKS + BOOKS + HISTORY, UNDO)]
