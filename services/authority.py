"""What somebody may do in a guild, decided from Discord's live answer and never from what a token or page once said."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from http import HTTPStatus
from typing import Any, NamedTuple

from discord_api import current, errors
from discord_api.permissions import Permissions, in_guild
from locales import t
from services import settings
from services.errors import UserError
from services.settings import General

READ_AGE = 60.0  # seconds that an answer is good for reading
OUTAGE_AGE = 300.0  # seconds that it is good for reading while Discord can't be asked
PATIENCE = 2.5  # seconds for Discord to answer
MOST = 100_000  # answers that are remembered at once; beyond that all are forgotten together

_MODERATES = (
    Permissions.MODERATE_MEMBERS,
    Permissions.KICK_MEMBERS,
    Permissions.BAN_MEMBERS,
    Permissions.MANAGE_MESSAGES,
)


class Role(IntEnum):
    """What somebody is in a guild; who is more may do what is open to less."""

    NOBODY = 0
    MEMBER = 1
    MODERATOR = 2
    ADMIN = 3
    OWNER = 4


class Unsure(UserError):
    """Discord can't say who may do what right now, so nothing is allowed."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


class _Known(NamedTuple):
    role: Role
    at: float


Key = tuple[int, int]
_known: dict[Key, _Known] = {}
_asking: dict[Key, asyncio.Task[Role]] = {}


async def role(guild_id: int, user_id: int, *, fresh: bool = False) -> Role:
    """Somebody's role in a guild: as Discord says now if `fresh`, else at most a minute old; Unsure if it can't say.

    NOBODY stands for "no such guild", "the bot is not in it" and "not a member" alike.
    """
    key = (guild_id, user_id)
    known = _known.get(key)
    age = time.monotonic() - known.at if known else OUTAGE_AGE
    if known and not fresh and age < READ_AGE:
        return known.role
    try:
        return await _ask(key, fresh=fresh)
    except (errors.DiscordError, TimeoutError, OSError) as error:
        if known and not fresh and age < OUTAGE_AGE:
            return known.role
        raise Unsure(
            t("Discord can't tell me right now who may do that, so I did nothing. Please try again in a minute.")
        ) from error


def forget(guild_id: int, user_id: int) -> None:
    """Ask again the next time, because something said that the answer has changed."""
    _known.pop((guild_id, user_id), None)


async def _ask(key: Key, *, fresh: bool) -> Role:
    """One question for all who wait for it; a fresh one is never answered by a question that began before."""
    running = _asking.get(key)
    if running is not None and fresh:
        await asyncio.wait([running])
        running = _asking.get(key)
    if running is None or running.done():
        running = _asking[key] = asyncio.create_task(_answered(key))
        running.add_done_callback(lambda task: _asking.pop(key, None) if _asking.get(key) is task else None)
    return await asyncio.shield(running)


async def _answered(key: Key) -> Role:
    async with asyncio.timeout(PATIENCE):
        found = await _look(*key)
    if len(_known) >= MOST:
        _known.clear()
    _known[key] = _Known(found, time.monotonic())
    return found


async def _look(guild_id: int, user_id: int) -> Role:
    discord = current.client()
    try:
        guild, member = await asyncio.gather(discord.guild(guild_id), discord.member(guild_id, user_id))
    except (errors.NotFound, errors.Forbidden):
        return Role.NOBODY
    staff = frozenset((await settings.of(guild_id, General)).staff_role_ids)
    return of_member(guild, member, staff)


def of_member(guild: Mapping[str, Any], member: Mapping[str, Any], staff: frozenset[int]) -> Role:
    """The role that Discord's guild and member objects and the guild's own staff roles make."""
    if guild["owner_id"] == member["user"]["id"]:
        return Role.OWNER
    held = {int(one) for one in member["roles"]}
    granted = [Permissions(int(r["permissions"])) for r in guild["roles"] if int(r["id"]) in {*held, int(guild["id"])}]
    # Whoever is in time-out keeps Administrator only: a moderator who was silenced moderates nothing.
    may = in_guild(granted, timed_out=_timed_out(member))
    if may.allows(Permissions.MANAGE_GUILD):
        return Role.ADMIN
    if any(may.allows(one) for one in _MODERATES) or (held & staff and not _timed_out(member)):
        return Role.MODERATOR
    return Role.MEMBER


def _timed_out(member: Mapping[str, Any]) -> bool:
    until = member.get("communication_disabled_until")
    return until is not None and datetime.fromisoformat(until) > datetime.now(UTC)
