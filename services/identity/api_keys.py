"""API keys: programs act for one guild within the scopes an admin gave them."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Collection
from datetime import UTC, datetime
from hashlib import blake2b, sha256
from typing import NamedTuple

import orjson

from discord_api.snowflakes import HIGHEST
from locales import t
from services.core import areas, audit
from services.core.errors import Conflict, NotFound
from services.core.scopes import Scope
from services.core.transactions import Row, rows, transaction

PREFIX = "tat_"
MAX_KEYS_PER_GUILD = 25  # keys per guild

_SHAPE = re.compile(PREFIX + r"([0-9a-f]{1,16})_[A-Za-z0-9_-]{43}")

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('api_keys:' || $1::bigint, 0))"
_COUNT = "SELECT count(*)::int AS keys FROM api_keys WHERE guild_id = $1"
_COLUMNS = "id, guild_id, name, hint, scopes, created_by, created_at, expires_at, last_used_at, suspended_at"
_CREATE = f"""
INSERT INTO api_keys (guild_id, name, digest, hint, scopes, created_by, expires_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7) RETURNING {_COLUMNS}"""  # noqa: S608  # nosec B608  (our own names, here and below)
_FIND = f"""
SELECT {_COLUMNS} FROM api_keys
 WHERE guild_id = $1 AND digest = $2 AND (expires_at IS NULL OR expires_at > now())"""  # noqa: S608  # nosec B608
_NAMED = f"SELECT {_COLUMNS} FROM api_keys WHERE guild_id = $1 AND id = $2 AND digest = $3"  # noqa: S608  # nosec B608
_USED = """
UPDATE api_keys SET last_used_at = now()
 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')"""
_OF = f"SELECT {_COLUMNS} FROM api_keys WHERE guild_id = $1 ORDER BY id"  # noqa: S608  # nosec B608
_REVOKE = "DELETE FROM api_keys WHERE guild_id = $1 AND id = $2 RETURNING id"


class TooManyKeys(Conflict):
    """The guild has reached its maximum number of keys."""


class ApiKey(NamedTuple):
    """A key as stored: never the secret, only its last four characters to tell keys apart."""

    id: int
    guild_id: int
    name: str
    hint: str
    scopes: frozenset[Scope]
    created_by: int
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    suspended_at: datetime | None = None


class _Secret:
    key = b""


_secret = _Secret()


def configure(key: bytes) -> None:
    """Set the key from which the secrets of seeded keys are derived."""
    _secret.key = key


async def create(
    guild_id: int,
    actor_id: int,
    name: str,
    scopes: Collection[Scope],
    *,
    expires_at: datetime | None = None,
    request_id: str = "",
    seed: str = "",
) -> tuple[ApiKey, str]:
    """A new key and its secret, which is never stored; `drawn` derives it again from the same `seed`."""
    secret = drawn(guild_id, seed) if seed else _secret_of(guild_id, secrets.token_bytes(32))
    hint = secret.removeprefix(f"{PREFIX}{guild_id:x}_")[:4]
    async with transaction():
        await rows(_LOCK, guild_id)
        (counted,) = await rows(_COUNT, guild_id)
        if counted["keys"] >= MAX_KEYS_PER_GUILD:
            raise TooManyKeys(
                t("A server can have {most} keys. Revoke one that is no longer used.", most=MAX_KEYS_PER_GUILD)
            )
        held = orjson.dumps(sorted(scopes)).decode()
        (row,) = await rows(_CREATE, guild_id, name, _digest(secret), hint, held, actor_id, expires_at)
        details = {"name": name, "scopes": sorted(scopes)}
        await audit.record(guild_id, actor_id, "api_key.created", str(row["id"]), details, request_id)
    return _key(row), secret


def drawn(guild_id: int, seed: str) -> str:
    """The secret of the key created with this seed, so that a repeated form can show it again."""
    return _secret_of(guild_id, blake2b(seed.encode(), key=_secret.key, digest_size=32, person=b"api key").digest())


async def find(secret: str) -> ApiKey | None:
    """The key with this secret; None if unknown or expired."""
    shape = _SHAPE.fullmatch(secret)
    guild_id = int(shape[1], 16) if shape else 0
    found = await rows(_FIND, guild_id, _digest(secret)) if 0 < guild_id <= HIGHEST else []
    if not found:
        return None
    key = _key(found[0])
    if key.last_used_at is None or (datetime.now(UTC) - key.last_used_at).total_seconds() > 60:
        await rows(_USED, key.id)
    return key


async def named(guild_id: int, key_id: int, secret: str) -> ApiKey | None:
    """The key with this id, if the secret matches; does not count as a use."""
    found = await rows(_NAMED, guild_id, key_id, _digest(secret))
    return _key(found[0]) if found else None


async def of(guild_id: int) -> list[ApiKey]:
    """Every key of a guild, oldest first."""
    return [_key(row) for row in await rows(_OF, guild_id)]


async def revoke(guild_id: int, actor_id: int, key_id: int, *, request_id: str = "") -> None:
    """Revoke a key with immediate effect; refused if the guild has no such key."""
    async with transaction():
        if not await rows(_REVOKE, guild_id, key_id):
            raise NotFound(t("That key doesn't exist in this server."))
        await audit.record(guild_id, actor_id, "api_key.revoked", str(key_id), request_id=request_id)


def _secret_of(guild_id: int, chance: bytes) -> str:
    # Contains the guild id, so that the lookup is limited to that guild's rows.
    return f"{PREFIX}{guild_id:x}_{base64.urlsafe_b64encode(chance).rstrip(b'=').decode()}"


def _digest(secret: str) -> bytes:
    # 256 random bits need no salt and no slow hash.
    return sha256(secret.encode()).digest()


def _key(row: Row) -> ApiKey:
    kept = orjson.loads(row["scopes"])
    return ApiKey(
        row["id"],
        row["guild_id"],
        row["name"],
        row["hint"],
        # Another release may have stored scopes unknown to this one.
        frozenset(scope for scope in areas.scopes() if scope in kept),
        row["created_by"],
        row["created_at"],
        row["expires_at"],
        row["last_used_at"],
        row["suspended_at"],
    )
