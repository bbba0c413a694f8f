"""A guild's roles, and who ranks above whom, as Discord reports them now."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from discord_api import current, errors, guilds, members
from discord_api.answers import Json
from discord_api.permissions import Permissions, in_guild, rank
from locales import t
from services.core import bot_member, clock
from services.core.discord_refusals import NOT_A_MEMBER, told
from services.core.errors import Conflict, Unanswered

PATIENCE = 2.0  # seconds Discord may take to answer everything

_LOWEST = (-1, 0)  # the rank of someone without roles; @everyone is in position 0


class BotAbsent(Conflict):
    """The bot isn't in the server, or was added for its commands only."""


@dataclass(frozen=True, slots=True)
class GuildRole:
    """One role; a managed one belongs to a bot, to boosting or to a subscription and can't be assigned."""

    id: int
    name: str
    rank: tuple[int, int]
    permissions: Permissions
    managed: bool


@dataclass(frozen=True, slots=True)
class RankedMember:
    """A user in a guild: their effective guild-wide permissions and the rank of their highest role.

    The end of a timeout is only set while it silences them.
    """

    id: int
    in_guild: bool
    bot: bool = False
    owner: bool = False
    role_ids: frozenset[int] = frozenset()
    rank: tuple[int, int] = _LOWEST
    permissions: Permissions = Permissions(0)
    timed_out_until: datetime | None = None
    username: str = ""
    avatar: str | None = None

    @property
    def administrator(self) -> bool:
        """Whether they hold every permission; the owner does too."""
        return bool(self.permissions & Permissions.ADMINISTRATOR)

    def above(self, other: RankedMember) -> bool:
        """Whether they rank strictly above someone else; the owner is above everyone."""
        return not other.owner and (self.owner or self.rank > other.rank)

    def above_role(self, role: GuildRole) -> bool:
        """Whether a role is below their highest one."""
        return self.owner or self.rank > role.rank


@dataclass(frozen=True, slots=True)
class GuildRoles:
    """A guild's owner and roles, by id."""

    guild_id: int
    owner_id: int
    roles: Mapping[int, GuildRole]

    @classmethod
    def parse(cls, guild: Mapping[str, Any]) -> GuildRoles:
        """Read Discord's guild object."""
        roles = [_role(role) for role in guild["roles"]]
        return cls(int(guild["id"]), int(guild["owner_id"]), {role.id: role for role in roles})

    def member(self, member: Mapping[str, Any]) -> RankedMember:
        """Read Discord's member object."""
        user = member["user"]
        user_id, role_ids = int(user["id"]), frozenset(int(role_id) for role_id in member["roles"])
        owner, until = user_id == self.owner_id, _timeout_end(member)
        granted = [role.permissions for role in self._held({*role_ids, self.guild_id})]
        permissions = in_guild(granted, owner=owner, timed_out=until is not None)
        if permissions & Permissions.ADMINISTRATOR:
            until = None  # Discord silences neither administrators nor the owner
        return RankedMember(
            user_id, True, bool(user.get("bot")), owner, role_ids, self.highest(role_ids), permissions, until,
            str(user.get("username") or ""), user.get("avatar"),
        )  # fmt: skip

    def highest(self, role_ids: Iterable[int]) -> tuple[int, int]:
        """The rank of the highest of these roles."""
        return max((role.rank for role in self._held(role_ids)), default=_LOWEST)

    def _held(self, role_ids: Iterable[int]) -> list[GuildRole]:
        """Roles by id, without those that were just deleted."""
        return [self.roles[role_id] for role_id in role_ids if role_id in self.roles]


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """A guild's roles, the bot and some users, all read at the same time."""

    roles: GuildRoles
    bot: RankedMember
    users: Mapping[int, RankedMember]


async def read(guild_id: int, user_ids: Collection[int]) -> Hierarchy:
    """Read these users' ranks from Discord; Unanswered if it can't say, BotAbsent if the bot isn't a member.

    Someone who isn't in the guild is returned as such.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            guild, own, found = await asyncio.gather(
                guilds.get(current.client(), guild_id),
                _own(guild_id),
                asyncio.gather(*(_member(guild_id, user_id) for user_id in user_ids)),
            )
        roles = GuildRoles.parse(guild)
        users = {
            user_id: roles.member(member) if member is not None else RankedMember(user_id, in_guild=False)
            for user_id, member in zip(user_ids, found, strict=True)
        }
        return Hierarchy(roles, roles.member(own), users)
    except NOT_A_MEMBER as error:
        raise BotAbsent(told(error)) from error
    except (errors.DiscordError, TimeoutError, LookupError, TypeError, ValueError) as error:
        raise Unanswered(
            t("I can't check permissions with Discord right now, so nothing was done. Please try again in a minute.")
        ) from error


async def _own(guild_id: int) -> Json:
    discord = current.client()
    try:
        return await members.get(discord, guild_id, await bot_member.own_id(discord))
    except errors.UnknownMember as error:
        raise errors.MissingAccess("the bot is in this server for its commands only") from error


async def _member(guild_id: int, user_id: int) -> Json | None:
    try:
        return await members.get(current.client(), guild_id, user_id)
    except (errors.UnknownMember, errors.UnknownUser):
        return None


def _role(role: Mapping[str, Any]) -> GuildRole:
    role_id, permissions = int(role["id"]), Permissions(int(role["permissions"]))
    # Roles of bots, subscriptions and boosts are also marked by their tags.
    managed = bool(role.get("managed") or role.get("tags"))
    return GuildRole(role_id, role["name"], rank(int(role["position"]), role_id), permissions, managed)


def _timeout_end(member: Mapping[str, Any]) -> datetime | None:
    """The end of a timeout; Discord keeps the end of one that is over."""
    until = member.get("communication_disabled_until")
    end = datetime.fromisoformat(until) if until else None
    return end if end and end > clock.now() else None
