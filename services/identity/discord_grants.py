"""People's OAuth grants at Discord: tokens encrypted at rest and renewed before they expire."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import NamedTuple

import orjson
import structlog

from discord_api import current
from discord_api.answers import Json
from discord_api.errors import DiscordError
from discord_api.oauth import GrantRefused, Tokens
from discord_api.permissions import Permissions
from locales import t
from services.core import store, vault
from services.core.errors import UserError
from services.core.transactions import rows, transaction
from services.core.vault import Column

log = structlog.get_logger(__name__)

EARLY = timedelta(minutes=5)  # before a token expires, so that it doesn't expire in flight
FRESH, LATEST = 60, 300  # seconds: the maximum age of a server list, and while Discord is away

ACCESS_TOKENS = Column("discord_grants", "user_id", "access_token")
REFRESH_TOKENS = Column("discord_grants", "user_id", "refresh_token")

_KEEP = """
INSERT INTO discord_grants (user_id, access_token, refresh_token, scopes, expires_at)
VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))
ON CONFLICT (user_id) DO UPDATE
   SET access_token = excluded.access_token, refresh_token = excluded.refresh_token, scopes = excluded.scopes,
       expires_at = excluded.expires_at, updated_at = now()"""
_FIND = """
SELECT access_token, refresh_token, expires_at > now() + $2::interval AS good FROM discord_grants WHERE user_id = $1"""
_LOCK = _FIND + " FOR UPDATE"
_DROP = "DELETE FROM discord_grants WHERE user_id = $1 RETURNING refresh_token"


class SignInAgain(UserError):
    """Discord no longer accepts this person's grant."""

    status = HTTPStatus.UNAUTHORIZED


class Unknown(UserError):
    """Discord can't be reached right now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class Server(NamedTuple):
    """One of a person's servers, as Discord lists it."""

    id: int
    name: str
    icon: str | None
    owner: bool
    permissions: Permissions

    @property
    def managed(self) -> bool:
        """Whether they may change its settings: as owner or with Manage Server."""
        return self.owner or self.permissions.allows(Permissions.MANAGE_GUILD)


_asking: dict[int, asyncio.Task[list[Server]]] = {}


async def keep(user_id: int, tokens: Tokens) -> None:
    """Store these tokens, replacing earlier ones."""
    access = vault.seal(tokens.access_token, ACCESS_TOKENS, user_id)
    refresh = vault.seal(tokens.refresh_token, REFRESH_TOKENS, user_id)
    await rows(_KEEP, user_id, access, refresh, " ".join(sorted(tokens.scopes)), tokens.expires_in)


async def access_token(user_id: int) -> str:
    """A token valid for a few minutes; SignInAgain if none can be obtained."""
    found = await rows(_FIND, user_id, EARLY)
    try:
        if found and found[0]["good"]:
            return vault.unseal(found[0]["access_token"], ACCESS_TOKENS, user_id)
        return await _renewed(user_id)
    except vault.Unreadable:
        # Kept: another process may already have a key that this one lacks.
        log.error("a grant can't be read with any key of ENCRYPTION_KEYS", user_id=user_id)
        raise _gone() from None
    except GrantRefused:
        await rows(_DROP, user_id)
        raise _gone() from None


async def servers(user_id: int) -> list[Server]:
    """A person's servers, at most a minute old, or five while Discord is away; else Unknown."""
    kept = orjson.loads(await store.get(_key(user_id)) or b"null")
    if kept and time.time() - kept["at"] < FRESH:
        return [_server(one) for one in kept["servers"]]
    # Several tabs share one request.
    asking = _asking.get(user_id)
    if asking is None:
        asking = _asking[user_id] = asyncio.create_task(_asked(user_id, kept))
        asking.add_done_callback(partial(_over, user_id))
    return await asyncio.shield(asking)


async def _asked(user_id: int, kept: Json | None) -> list[Server]:
    try:
        found = await current.oauth().guilds(await access_token(user_id))
    except GrantRefused:
        await rows(_DROP, user_id)
        raise _gone() from None
    except DiscordError as error:
        log.warning("discord can't be asked for somebody's servers", error=type(error).__name__, status=error.status)
        if kept:
            return [_server(one) for one in kept["servers"]]
        raise Unknown(
            t("I can't check with Discord which servers you're in right now. Please try again in a minute.")
        ) from None
    needed = [{name: one.get(name) for name in ("id", "name", "icon", "owner", "permissions")} for one in found]
    await store.put(_key(user_id), orjson.dumps({"at": time.time(), "servers": needed}), LATEST)
    return [_server(one) for one in needed]


def _over(user_id: int, task: asyncio.Task[list[Server]]) -> None:
    del _asking[user_id]
    if not task.cancelled():
        task.exception()  # the caller may have gone by now


def _key(user_id: int) -> str:
    return f"cache:user:{user_id}:servers"


async def drop(user_id: int) -> None:
    """Delete a person's grant, and revoke it at Discord if possible."""
    gone = await rows(_DROP, user_id)
    await store.delete(_key(user_id))
    for row in gone:
        try:
            await current.oauth().revoke(vault.unseal(row["refresh_token"], REFRESH_TOKENS, user_id))
        except (DiscordError, vault.Unreadable) as error:
            log.warning("a grant was dropped without telling discord", error=type(error).__name__)


async def _renewed(user_id: int) -> str:
    """A new token; concurrent callers find it stored, because Discord accepts each refresh token once."""
    async with transaction():
        found = await rows(_LOCK, user_id, EARLY)
        if not found:
            raise _gone()
        if found[0]["good"]:
            return vault.unseal(found[0]["access_token"], ACCESS_TOKENS, user_id)
        tokens = await current.oauth().refresh(vault.unseal(found[0]["refresh_token"], REFRESH_TOKENS, user_id))
        await keep(user_id, tokens)
    return tokens.access_token


def _gone() -> SignInAgain:
    return SignInAgain(t("Please sign in again so that I can see which servers you're in."))


def _server(said: Json) -> Server:
    return Server(
        int(said["id"]), str(said["name"]), said["icon"], bool(said["owner"]), Permissions(int(said["permissions"]))
    )
