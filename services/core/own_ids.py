"""Which roles and channels are a server's own, as Discord says; an id that it does not name is not accepted."""

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

FRESH = 30.0  # seconds for which an answer is good where something is stored
PATIENCE = 2.0  # seconds for Discord to answer
MOST = 2_000  # servers remembered at once; beyond that all are forgotten together


@dataclass(frozen=True, slots=True)
class OwnIds:
    """A server's roles, and those of its channels that the bot can see."""

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
    """Ask Discord for a server's roles and channels, unless it just named all of these ids; Unanswered if it can't."""
    known = _known.get(guild_id)
    if known and known.age < FRESH and known.includes(ids):
        return  # an id that it did not name may be of something new
    discord = current.client()
    try:
        async with asyncio.timeout(PATIENCE):
            roles, visible = await asyncio.gather(guilds.roles(discord, guild_id), guilds.channels(discord, guild_id))
    except (DiscordError, httpx.HTTPError, TimeoutError) as error:
        raise _unanswered() from error
    told(guild_id, roles=[int(one["id"]) for one in roles], channels=[int(one["id"]) for one in visible])


def told(guild_id: int, *, roles: Iterable[int] = (), channels: Iterable[int] = ()) -> None:
    """Remember what Discord just named as a server's own."""
    if guild_id not in _known and len(_known) >= MOST:
        _known.clear()
    _known[guild_id] = OwnIds(frozenset(roles), frozenset(channels), time.monotonic())


def just_told(guild_id: int) -> OwnIds:
    """What Discord named within the last minute, for checks that can't wait; Unanswered if it named nothing."""
    known = _known.get(guild_id)
    # Twice as long, so that an answer does not run out between asking and storing.
    if known is None or known.age >= 2 * FRESH:
        raise _unanswered()
    return known


async def check_channel(guild_id: int, channel_id: int) -> None:
    """Ask Discord, right before something is written in a channel, if it is this server's; UnknownChannel if not."""
    channel = await channels.get(current.client(), channel_id)
    if str(channel.get("guild_id")) != str(guild_id):
        raise UnknownChannel("the channel belongs to another server")


def forget() -> None:
    """Ask Discord about every server again."""
    _known.clear()


def _unanswered() -> Unanswered:
    return Unanswered(
        t("Discord can't tell me right now which roles and channels this server has. Please try again in a minute.")
    )
