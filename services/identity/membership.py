"""A user's membership and role in a guild, fetched from Discord."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

from discord_api import current, errors, guilds, members
from discord_api.permissions import Permissions, in_guild
from services.core import clock, foreign_guilds

PATIENCE = 2.0  # seconds Discord may take to answer

_NO_SUCH_GUILD = frozenset({10004, 50001})  # Unknown Guild, Missing Access
_NO_SUCH_PERSON = frozenset({10007, 10013})  # Unknown Member, Unknown User
_MODERATES = (
    Permissions.MODERATE_MEMBERS,
    Permissions.KICK_MEMBERS,
    Permissions.BAN_MEMBERS,
    Permissions.MANAGE_MESSAGES,
)


class Role(IntEnum):
    """A role in a guild; higher roles include lower ones."""

    NOBODY = 0
    MEMBER = 1
    MODERATOR = 2
    ADMIN = 3
    OWNER = 4


class DiscordSilent(Exception):
    """Discord did not answer, or gave an unusable answer."""


class Membership(NamedTuple):
    """A user's role in a guild, when Discord was asked (wall clock), and the roles that may make them staff."""

    asked_at: float
    role: Role
    role_ids: frozenset[int] = frozenset()


async def ask(guild_id: int, user_id: int) -> Membership:
    """Ask Discord now; NOBODY for an unknown guild or member, DiscordSilent if it does not answer."""
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
    granting = held | {int(guild["id"])}  # everyone has the role with the guild's own id
    granted = [Permissions(int(one["permissions"])) for one in guild["roles"] if int(one["id"]) in granting]
    silenced = _timed_out(member)
    may = in_guild(granted, timed_out=silenced)
    # A member in timeout moderates nothing, whatever their roles; only administrators can't be timed out.
    staff = frozenset() if silenced else held
    if may.allows(Permissions.MANAGE_GUILD):
        return Membership(asked_at, Role.ADMIN)
    if any(may.allows(permission) for permission in _MODERATES):
        return Membership(asked_at, Role.MODERATOR)
    return Membership(asked_at, Role.MEMBER, staff)


def _timed_out(member: Mapping[str, Any]) -> bool:
    until = member.get("communication_disabled_until")
    return until is not None and datetime.fromisoformat(until) > clock.now()
