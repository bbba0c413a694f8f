"""A guild's own roles and channels as reported by Discord; any other id is rejected."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import httpx

from discord_api import channels, current, guilds
from discord_api.errors import DiscordError, UnknownChannel
from locales import t
from services.core.errors import Unanswered

FRESH = 30.0  # seconds an answer is valid for storing an id
PATIENCE = 2.0  # seconds Discord may take to answer
MAX_CACHED_GUILDS = 2_000  # guilds remembered at once; beyond that, all are dropped together


@dataclass(frozen=True, slots=True)
class OwnIds:
    """A guild's roles, and its channels as far as the bot can see them."""

    roles: frozenset[int]
    channels: frozenset[int]
    told_at: float

    @property
    def age(self) -> float:
        return time.monotonic() - self.told_at

    def includes(self, ids: Iterable[int]) -> bool:
        return all(one in self.roles or one in self.channels for one in ids)


_known: dict[int, OwnIds] = {}


async def learn(guild_id: int, ids: Collection[int]) -> None:
    """Fetch a guild's roles and channels unless all of these ids are fresh; Unanswered if Discord fails."""
    known = _known.get(guild_id)
    if known and known.age < FRESH and known.includes(ids):
        return  # an unlisted id may belong to something new
    discord = current.client()
    try:
        async with asyncio.timeout(PATIENCE):
            roles, visible = await asyncio.gather(guilds.roles(discord, guild_id), guilds.channels(discord, guild_id))
    except (DiscordError, httpx.HTTPError, TimeoutError) as error:
        raise _unanswered() from error
    told(guild_id, roles=[int(role["id"]) for role in roles], channels=[int(one["id"]) for one in visible])


def told(guild_id: int, *, roles: Iterable[int] = (), channels: Iterable[int] = ()) -> None:
    """Remember the roles and channels that Discord just listed."""
    if guild_id not in _known and len(_known) >= MAX_CACHED_GUILDS:
        _known.clear()
    _known[guild_id] = OwnIds(frozenset(roles), frozenset(channels), time.monotonic())


def just_told(guild_id: int) -> OwnIds:
    """The ids listed within the last minute, for checks that can't wait; Unanswered without any."""
    known = _known.get(guild_id)
    # Twice as long, so that an answer doesn't expire between fetching and storing.
    if known is None or known.age >= 2 * FRESH:
        raise _unanswered()
    return known


async def check_channel(guild_id: int, channel_id: int) -> None:
    """Check with Discord right before posting that a channel belongs to this guild; UnknownChannel if not."""
    channel = await channels.get(current.client(), channel_id)
    if str(channel.get("guild_id")) != str(guild_id):
        raise UnknownChannel("the channel belongs to another server")


def forget() -> None:
    """Forget every answer."""
    _known.clear()


def _unanswered() -> Unanswered:
    return Unanswered(
        t("I can't check this server's roles and channels with Discord right now. Please try again in a minute.")
    )
