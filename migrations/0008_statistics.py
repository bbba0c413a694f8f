"""Counts that are kept as things happen, and what lists of guilds and members are sorted and searched by."""

from tortoise import fields, migrations
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Names are compared byte by byte, so that one index serves their order and the search for how they begin.
NAMES = """
ALTER TABLE user_guild_data ALTER name TYPE varchar(32) COLLATE "C", ALTER name SET DEFAULT '';
UPDATE user_guild_data m SET name = lower(u.username) FROM users u WHERE u.discord_id = m.user_id;

CREATE FUNCTION rename_members() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_guild_data SET name = lower(NEW.username) WHERE user_id = NEW.discord_id;
    RETURN NULL;
END $$;
CREATE TRIGGER users_named AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION rename_members();
CREATE TRIGGER users_renamed AFTER UPDATE OF username ON users FOR EACH ROW
    WHEN (OLD.username IS DISTINCT FROM NEW.username) EXECUTE FUNCTION rename_members();

CREATE FUNCTION name_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name := coalesce((SELECT lower(username) FROM users WHERE discord_id = NEW.user_id), '');
    RETURN NEW;
END $$;
CREATE TRIGGER user_guild_data_named BEFORE INSERT ON user_guild_data FOR EACH ROW EXECUTE FUNCTION name_member();
"""

# Whoever holds coins is a member that we know, even before their first command.
WALLETS = """
CREATE FUNCTION know_owner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_guild_data (guild_id, user_id) VALUES (NEW.guild_id, NEW.user_id) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER user_economy_known AFTER INSERT ON user_economy FOR EACH ROW
    WHEN (NEW.kind = 'wallet') EXECUTE FUNCTION know_owner();
INSERT INTO user_guild_data (guild_id, user_id)
SELECT guild_id, user_id FROM user_economy WHERE kind = 'wallet' ON CONFLICT DO NOTHING;
"""

SEEN = """
CREATE INDEX user_guild_data_seen ON user_guild_data (guild_id, coalesce(last_seen_at, to_timestamp(0)), user_id);
"""

# Rows are written by plain SQL, which knows nothing of the models' defaults.
DEFAULTS = """
ALTER TABLE member_days ALTER uses SET DEFAULT 0, ALTER newcomer SET DEFAULT false;
ALTER TABLE guild_days ALTER active SET DEFAULT 0, ALTER active_7 SET DEFAULT 0, ALTER active_30 SET DEFAULT 0,
    ALTER active_90 SET DEFAULT 0, ALTER new SET DEFAULT 0;
"""

# The tables and columns go with their own operations.
UNDO = """
DROP FUNCTION know_owner() CASCADE;
DROP FUNCTION name_member() CASCADE;
DROP FUNCTION rename_members() CASCADE;
DROP INDEX user_guild_data_seen;
"""

_OUTCOMES = [(name, fields.IntField()) for name in ("uses", "answered", "deferred", "refused", "failed")]
_LATENCY = (
    "latency",
    ArrayField(element_type="int", description="How many uses fell between two bounds of the histogram"),
)


def _id() -> tuple[str, fields.BigIntField]:
    return ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True))


class Migration(migrations.Migration):
    dependencies = [("models", "0007_live_events")]

    operations = [
        ops.AddField(
            model_name="Guild",
            name="icon",
            field=fields.CharField(null=True, description="Hash of its picture", max_length=64),
        ),
        ops.AddField(
            model_name="Guild",
            name="member_count",
            field=fields.IntField(null=True, description="About how many, as Discord last told"),
        ),
        ops.AddField(
            model_name="Guild",
            name="told_at",
            field=fields.DatetimeField(
                null=True, description="When Discord last told us of it", auto_now=False, auto_now_add=False
            ),
        ),
        ops.AddField(
            model_name="Guild",
            name="left_at",
            field=fields.DatetimeField(
                null=True,
                description="Since when Discord no longer lists it as one of ours",
                auto_now=False,
                auto_now_add=False,
            ),
        ),
        ops.AddField(
            model_name="UserGuildData",
            name="name",
            field=fields.CharField(
                default="",
                db_default="",
                description="The username in small letters, to sort and search by",
                max_length=32,
            ),
        ),
        ops.RunSQL(NAMES + WALLETS + SEEN, UNDO),
        ops.AddIndex(
            model_name="UserGuildData", index=Index(fields=["guild_id", "name", "user_id"], name="user_guild_data_name")
        ),
        ops.RemoveIndex(model_name="CommandUse", name="command_usage_user"),
        ops.AddIndex(
            model_name="CommandUse", index=Index(fields=["user_id", "guild_id", "id"], name="command_usage_member")
        ),
        ops.CreateModel(
            name="CommandHour",
            fields=[
                _id(),
                ("guild_id", fields.BigIntField(description="0 outside a guild")),
                ("hour", fields.DatetimeField(description="Its beginning", auto_now=False, auto_now_add=False)),
                ("command_name", fields.CharField(max_length=100)),
                *_OUTCOMES,
                _LATENCY,
            ],
            options={
                "table": "command_hours",
                "app": "models",
                "unique_together": (("guild_id", "hour", "command_name"),),
                "pk_attr": "id",
                "table_description": "Uses of one command in one hour of a guild; kept for 90 days.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="CommandDay",
            fields=[
                _id(),
                ("guild_id", fields.BigIntField(description="0 outside a guild")),
                ("day", fields.DateField()),
                ("command_name", fields.CharField(max_length=100)),
                *_OUTCOMES,
                _LATENCY,
            ],
            options={
                "table": "command_days",
                "app": "models",
                "unique_together": (("guild_id", "day", "command_name"),),
                "pk_attr": "id",
                "table_description": "Uses of one command on one day (UTC) of a guild; kept for two years.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="MemberDay",
            fields=[
                _id(),
                ("guild_id", fields.BigIntField()),
                ("user_id", fields.BigIntField()),
                ("day", fields.DateField()),
                ("uses", fields.IntField(default=0)),
                ("newcomer", fields.BooleanField(default=False, description="No earlier day of this member is known")),
            ],
            options={
                "table": "member_days",
                "app": "models",
                "unique_together": (("guild_id", "user_id", "day"),),
                "pk_attr": "id",
                "table_description": (
                    "A member's command uses on one day (UTC); kept for 120 days, each member's first day permanently."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GuildDay",
            fields=[
                _id(),
                ("guild_id", fields.BigIntField()),
                ("day", fields.DateField()),
                ("active", fields.IntField(default=0)),
                (
                    "active_7",
                    fields.IntField(default=0, description="Different members in the 7 days that end with this one"),
                ),
                ("active_30", fields.IntField(default=0)),
                ("active_90", fields.IntField(default=0)),
                ("new", fields.IntField(default=0, description="Members whose first day this was")),
            ],
            options={
                "table": "guild_days",
                "app": "models",
                "unique_together": (("guild_id", "day"),),
                "pk_attr": "id",
                "table_description": (
                    "Active members of a guild on one day (UTC) and in the windows ending that day; kept for two years."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EconomyDay",
            fields=[
                _id(),
                ("guild_id", fields.BigIntField()),
                ("day", fields.DateField()),
                ("kind", fields.CharField(description="The kind of the transfers", max_length=24)),
                ("transfers", fields.IntField()),
                ("coins", fields.BigIntField(description="Coins that changed accounts")),
                ("minted", fields.BigIntField(description="Coins out of the mint less coins back into it")),
                ("burned", fields.BigIntField(description="Coins into the sink less coins out of it")),
            ],
            options={
                "table": "economy_days",
                "app": "models",
                "unique_together": (("guild_id", "day", "kind"),),
                "pk_attr": "id",
                "table_description": (
                    "Totals of one kind of transfer on one day (UTC) in a guild; kept permanently, like the ledger."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="StatisticsCursor",
            fields=[
                (
                    "source",
                    fields.CharField(
                        primary_key=True, unique=True, db_index=True, description="The table", max_length=32
                    ),
                ),
                ("last_id", fields.BigIntField()),
                (
                    "counted_at",
                    fields.DatetimeField(
                        description="Everything committed before this moment is counted",
                        auto_now=False,
                        auto_now_add=False,
                    ),
                ),
            ],
            options={
                "table": "statistics_cursors",
                "app": "models",
                "pk_attr": "source",
                "table_description": "The last row of a table that has been counted.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(DEFAULTS, ""),
    ]
