"""A guild's roles and channels by name, for forms to choose from."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import structlog

from discord_api import current, guilds
from discord_api.errors import DiscordError
from services.core import store

log = structlog.get_logger(__name__)

FRESH = 30  # seconds
SPARED = 10  # seconds until Discord is asked again after it did not answer
PATIENCE = 2.0  # seconds Discord may take to answer

_WRITTEN_IN = frozenset({0, 5})  # text and announcement channels (Discord: Channel Types)


@dataclass(frozen=True, slots=True)
class RolesAndChannels:
    """Names by id, in Discord's order; both empty if Discord did not answer."""

    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[int, str]:
        """All names by id, for sentences that mention some."""
        return {**self.roles, **self.channels}


async def places(guild_id: int) -> RolesAndChannels:
    """The guild's roles, without @everyone, and its text channels; at most 30 seconds old.

    Discord omits channels hidden from the bot, so a missing one has not necessarily been deleted.
    """
    kept = _unpacked(await store.get(_key(guild_id)))
    if kept is not None:
        return kept
    discord = current.client()
    try:
        async with asyncio.timeout(PATIENCE):
            roles, channels = await asyncio.gather(guilds.roles(discord, guild_id), guilds.channels(discord, guild_id))
    except (DiscordError, httpx.HTTPError, TimeoutError) as error:
        log.info("discord does not tell of roles and channels", guild_id=guild_id, error=type(error).__name__)
        await _keep(guild_id, RolesAndChannels(), SPARED)
        return RolesAndChannels()
    # A bot's own role can't be assigned, and @everyone has the guild's id.
    named = [role for role in roles if int(role["id"]) != guild_id and not role.get("managed")]
    written = [channel for channel in channels if channel["type"] in _WRITTEN_IN]
    found = RolesAndChannels(
        _named(sorted(named, key=lambda one: -int(one["position"]))),
        _named(sorted(written, key=lambda one: int(one.get("position", 0)))),
    )
    await _keep(guild_id, found, FRESH)
    return found


async def _keep(guild_id: int, found: RolesAndChannels, seconds: int) -> None:
    kept_as = [[[str(key), name] for key, name in one.items()] for one in (found.roles, found.channels)]
    await store.put(_key(guild_id), orjson.dumps(kept_as), seconds)


def _named(found: list[dict[str, Any]]) -> dict[int, str]:
    return {int(one["id"]): str(one["name"]) for one in found}


def _unpacked(kept: bytes | None) -> RolesAndChannels | None:
    """The cached value; None if it isn't in our format."""
    try:
        roles, channels = orjson.loads(kept or b"")
        return RolesAndChannels({int(key): name for key, name in roles}, {int(key): name for key, name in channels})
    except (ValueError, TypeError):
        return None


def _key(guild_id: int) -> str:
    return f"cache:places:{guild_id}"
