"""The roles an item may give: only roles the bot can assign and that grant no power."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discord_api import errors
from discord_api.permissions import Permissions, rank
from locales import t
from services.core import bot_member
from services.core.discord_refusals import NOT_A_MEMBER, told
from services.core.errors import Conflict, UserError
from services.core.permission_names import named

if TYPE_CHECKING:
    from discord_api.client import Discord

P = Permissions
# Holders of any of these could harm others or grant themselves more; no shop may sell that.
POWERS = (
    P.ADMINISTRATOR | P.MANAGE_GUILD | P.MANAGE_ROLES | P.MANAGE_CHANNELS | P.MANAGE_WEBHOOKS | P.MANAGE_MESSAGES
    | P.MANAGE_THREADS | P.MANAGE_NICKNAMES | P.MANAGE_EVENTS | P.MANAGE_GUILD_EXPRESSIONS | P.KICK_MEMBERS
    | P.BAN_MEMBERS | P.MODERATE_MEMBERS | P.MUTE_MEMBERS | P.DEAFEN_MEMBERS | P.MOVE_MEMBERS | P.MENTION_EVERYONE
    | P.VIEW_AUDIT_LOG | P.VIEW_GUILD_INSIGHTS | P.VIEW_CREATOR_MONETIZATION_ANALYTICS | P.PIN_MESSAGES
    | P.BYPASS_SLOWMODE
)  # fmt: skip


class UnfitRole(UserError):
    """No item may give this role; the text says how to change that."""


@dataclass(frozen=True, slots=True)
class _Role:
    id: int
    name: str
    rank: tuple[int, int]
    permissions: Permissions
    managed: bool


async def check(
    discord: Discord, guild_id: int, role_id: int, *, admin_id: int = 0, admin_roles: Collection[int] = ()
) -> None:
    """Refuse a role that is managed, powerful, deleted, above the bot, or above the admin who wants to sell it."""
    try:
        guild, own = await bot_member.look(discord, guild_id)
    except (*NOT_A_MEMBER, errors.UnknownMember) as error:
        raise UnfitRole(
            t("I was added to this server for commands only, so I can't give roles. Add me again with the `bot` scope.")
        ) from error
    except errors.DiscordError as error:
        raise Conflict(told(error)) from error
    roles = {int(role["id"]): _role(role) for role in guild["roles"]}
    role = roles.get(role_id)
    if role is None:
        raise UnfitRole(t("That role no longer exists. Choose another one for the item."))
    _by_itself(role, guild_id)
    _for_the_bot(role, [roles[guild_id], *_held(roles, own["roles"])])
    if admin_id and int(guild["owner_id"]) != admin_id and role.rank >= _highest(_held(roles, admin_roles)):
        raise UnfitRole(
            t("You can only sell roles below your own highest role, and **{role}** isn't below it.", role=role.name)
        )


def _by_itself(role: _Role, guild_id: int) -> None:
    if role.id == guild_id:
        raise UnfitRole(t("Everyone already has @everyone. Choose another role for the item."))
    if role.managed:
        raise UnfitRole(
            t(
                "**{role}** belongs to a bot, to boosting, or to a subscription, so it can't be given to members. "
                "Create a new role in Server Settings › Roles and choose that one.",
                role=role.name,
            )
        )
    if powers := role.permissions & POWERS:
        raise UnfitRole(
            t(
                "**{role}** can't be sold because it has powerful permissions: {permissions}. Turn them off for the "
                "role in Server Settings › Roles, or choose another role.",
                role=role.name,
                permissions=named(powers),
            )
        )


def _for_the_bot(role: _Role, own: Collection[_Role]) -> None:
    held = P(0)
    for one in own:
        held |= one.permissions
    if not held.allows(P.MANAGE_ROLES):
        raise UnfitRole(
            t(
                "I'm missing the Manage Roles permission. Turn it on for my role in Server Settings › Roles and try "
                "again."
            )
        )
    if role.rank >= _highest(own):
        raise UnfitRole(
            t(
                "**{role}** is above my highest role, so Discord won't let me give it. Drag my role above it in "
                "Server Settings › Roles and try again.",
                role=role.name,
            )
        )


def _held(roles: Mapping[int, _Role], ids: Iterable[str | int]) -> list[_Role]:
    return [roles[int(one)] for one in ids if int(one) in roles]


def _highest(roles: Iterable[_Role]) -> tuple[int, int]:
    return max((role.rank for role in roles), default=(-1, 0))


def _role(role: Mapping[str, Any]) -> _Role:
    role_id, held = int(role["id"]), Permissions(int(role["permissions"]))
    # Roles of bots, subscriptions and boosts are also marked by their tags.
    managed = bool(role.get("managed") or role.get("tags"))
    return _Role(role_id, role["name"], rank(int(role["position"]), role_id), held, managed)
