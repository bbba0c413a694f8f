"""What Discord says, when it is asked now, that somebody is in a guild."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, NamedTuple

from discord_api import current, errors, guilds, members
from discord_api.permissions import Permissions, in_guild
from services.core import foreign_guilds

PATIENCE = 2.0  # seconds for Discord to answer

_NO_SUCH_GUILD = frozenset({10004, 50001})  # Unknown Guild, Missing Access
_NO_SUCH_PERSON = frozenset({10007, 10013})  # Unknown Member, Unknown User
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


class DiscordSilent(Exception):
    """Discord did not answer, or nothing that can be understood."""


class Membership(NamedTuple):
    """What somebody was in a guild when Discord was asked, by our wall clock, and by which roles they may be staff."""

    asked_at: float
    role: Role
    role_ids: frozenset[int] = frozenset()


async def ask(guild_id: int, user_id: int) -> Membership:
    """Discord's answer now; NOBODY where it knows no such guild or member, Silence where it does not say."""
    asked_at = time.time()
    discord = current.client()
    try:
        async with asyncio.timeout(PATIENCE):
            answers = await asyncio.gather(
                guilds.get(discord, guild_id), members.get(discord, guild_id, user_id), return_exceptions=True
            )
    except TimeoutError as error:
        raise DiscordSilent from error
    codes = {answer.code for answer in answers if isinstance(answer, errors.DiscordError)}
    if codes & _NO_SUCH_GUILD:
        foreign_guilds.is_not_ours(guild_id)
    if codes & (_NO_SUCH_GUILD | _NO_SUCH_PERSON):
        return Membership(asked_at, Role.NOBODY)
    guild, member = answers
    if isinstance(guild, BaseException) or isinstance(member, BaseException):
        raise DiscordSilent from next(answer for answer in answers if isinstance(answer, BaseException))
    foreign_guilds.is_ours(guild_id)
    try:
        return _read(asked_at, guild, member)
    except (LookupError, TypeError, ValueError) as error:
        raise DiscordSilent from error


def _read(asked_at: float, guild: Mapping[str, Any], member: Mapping[str, Any]) -> Membership:
    if int(guild["owner_id"]) == int(member["user"]["id"]):
        return Membership(asked_at, Role.OWNER)
    held = frozenset(int(one) for one in member["roles"])
    granting = held | {int(guild["id"])}  # everybody holds the role that has the guild's own id
    granted = [Permissions(int(one["permissions"])) for one in guild["roles"] if int(one["id"]) in granting]
    silenced = _timed_out(member)
    may = in_guild(granted, timed_out=silenced)
    # Somebody in time-out moderates nothing, whatever roles they hold; only administrators can't be silenced.
    staff = frozenset() if silenced else held
    if may.allows(Permissions.MANAGE_GUILD):
        return Membership(asked_at, Role.ADMIN)
    if any(may.allows(one) for one in _MODERATES):
        return Membership(asked_at, Role.MODERATOR)
    return Membership(asked_at, Role.MEMBER, staff)


def _timed_out(member: Mapping[str, Any]) -> bool:
    until = member.get("communication_disabled_until")
    return until is not None and datetime.fromisoformat(until) > datetime.now(UTC)
