"""Sign-in with Discord: sessions, the ways to them, and the tokens that Discord gives."""

from orjson import loads
from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.fields.data import JSON_DUMPS
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

# Rows are written by plain SQL, which knows nothing of the models' defaults.
RULES = """
ALTER TABLE sessions ALTER device SET DEFAULT '', ALTER created_at SET DEFAULT now(), ALTER last_used_at SET DEFAULT now(),
    ADD CONSTRAINT sessions_digest CHECK (digest ~ '^[0-9a-f]{64}$');
ALTER TABLE sign_in_attempts ALTER created_at SET DEFAULT now(),
    ADD CONSTRAINT sign_in_attempts_next_path CHECK (next_path ~ '^/([^/\\\\]|$)');
ALTER TABLE discord_grants ALTER updated_at SET DEFAULT now();
"""

PROGRAM_RULES = """
ALTER TABLE refresh_families ALTER device SET DEFAULT '', ALTER created_at SET DEFAULT now(), ALTER ended_for SET DEFAULT '';
CREATE UNIQUE INDEX refresh_tokens_digest ON refresh_tokens (digest);
ALTER TABLE refresh_tokens ADD CONSTRAINT refresh_tokens_digest_length CHECK (octet_length(digest) = 32);
ALTER TABLE api_keys ALTER created_at SET DEFAULT now(), ALTER scopes SET DEFAULT '[]',
    ADD CONSTRAINT api_keys_digest_length CHECK (octet_length(digest) = 32),
    ADD CONSTRAINT api_keys_name CHECK (name <> '');
CREATE UNIQUE INDEX api_keys_digest ON api_keys (guild_id, digest);
"""


class Migration(migrations.Migration):
    dependencies = [("models", "0003_plans")]

    operations = [
        ops.CreateModel(
            name="Session",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("user_id", fields.BigIntField()),
                (
                    "digest",
                    fields.CharField(
                        unique=True, description="SHA-256 of the cookie, which is kept nowhere", max_length=64
                    ),
                ),
                (
                    "device",
                    fields.CharField(
                        default="", description="Browser and system, as far as they say so", max_length=60
                    ),
                ),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("last_used_at", fields.DatetimeField(description="To the minute", auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "sessions",
                "app": "models",
                "indexes": [Index(fields=["user_id"], name="sessions_user")],
                "pk_attr": "id",
                "table_description": "One signed-in browser.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="SignInAttempt",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "state_digest",
                    fields.CharField(unique=True, description="SHA-256 of the state in the address", max_length=64),
                ),
                (
                    "browser_digest",
                    fields.CharField(description="SHA-256 of the cookie of the browser that left", max_length=64),
                ),
                ("next_path", fields.CharField(description="The page of ours to go on to", max_length=300)),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
            ],
            options={
                "table": "sign_in_attempts",
                "app": "models",
                "pk_attr": "id",
                "table_description": "One sign-in that was sent to Discord and has not returned; deleted when it returns.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DiscordGrant",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("user_id", fields.BigIntField(unique=True)),
                ("access_token", fields.BinaryField()),
                ("refresh_token", fields.BinaryField()),
                ("scopes", fields.CharField(max_length=200)),
                (
                    "expires_at",
                    fields.DatetimeField(description="Of the access token", auto_now=False, auto_now_add=False),
                ),
                (
                    "updated_at",
                    fields.DatetimeField(
                        description="When Discord last gave us tokens", auto_now=True, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "discord_grants",
                "app": "models",
                "pk_attr": "id",
                "table_description": (
                    "One person's OAuth grant at Discord; the tokens are encrypted and bound to this row."
                ),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshFamily",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("user_id", fields.BigIntField()),
                ("device", fields.CharField(default="", description="What the program calls itself", max_length=60)),
                (
                    "created_at",
                    fields.DatetimeField(
                        description="Since when they are signed in", auto_now=False, auto_now_add=True
                    ),
                ),
                (
                    "expires_at",
                    fields.DatetimeField(
                        description="The latest end, however often it is renewed", auto_now=False, auto_now_add=False
                    ),
                ),
                ("ended_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "ended_for",
                    fields.CharField(default="", description="`token.revoked` or `token.reused`", max_length=32),
                ),
            ],
            options={
                "table": "refresh_families",
                "app": "models",
                "indexes": [
                    Index(fields=["user_id"], name="refresh_families_user"),
                    Index(fields=["expires_at"], name="refresh_families_expiry"),
                ],
                "pk_attr": "id",
                "table_description": ("One signed-in program: a refresh token and all its successors."),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RefreshToken",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                (
                    "family",
                    fields.ForeignKeyField(
                        "models.RefreshFamily",
                        source_field="family_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="tokens",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("digest", fields.BinaryField(description="SHA-256")),
                ("expires_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
                (
                    "used_at",
                    fields.DatetimeField(
                        null=True, description="When its successor took its place", auto_now=False, auto_now_add=False
                    ),
                ),
            ],
            options={
                "table": "refresh_tokens",
                "app": "models",
                "indexes": [Index(fields=["family_id"], name="refresh_tokens_family")],
                "pk_attr": "id",
                "table_description": "One refresh token; only its digest is stored.",
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ApiKey",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ("guild_id", fields.BigIntField()),
                ("name", fields.CharField(max_length=60)),
                ("digest", fields.BinaryField(description="SHA-256 of the secret")),
                ("hint", fields.CharField(description="Four characters of it, to tell keys apart", max_length=12)),
                ("scopes", fields.JSONField(default=list, encoder=JSON_DUMPS, decoder=loads)),
                ("created_by", fields.BigIntField()),
                ("created_at", fields.DatetimeField(auto_now=False, auto_now_add=True)),
                ("expires_at", fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                (
                    "last_used_at",
                    fields.DatetimeField(null=True, description="To the minute", auto_now=False, auto_now_add=False),
                ),
            ],
            options={
                "table": "api_keys",
                "app": "models",
                "pk_attr": "id",
                "table_description": "An API key for one guild; only its digest is stored.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(RULES + PROGRAM_RULES, reverse_sql=""),
    ]
