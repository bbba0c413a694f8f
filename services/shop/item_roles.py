"""The roles an item may give: only roles the bot can assign and that grant no power."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from discord_api import errors
from discord_api.permissions import Permissions
from locales import t
from services.core import bot_member
from services.core.discord_refusals import NOT_A_MEMBER, told
from services.core.errors import Conflict, UserError
from services.core.permission_names import missing, named
from services.directory.hierarchy import GuildRole, GuildRoles, RankedMember

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
    roles = GuildRoles.parse(guild)
    role = roles.roles.get(role_id)
    if role is None:
        raise UnfitRole(t("That role no longer exists. Choose another one for the item."))
    _by_itself(role, guild_id)
    _for_the_bot(role, roles.member(own), guild_id)
    if admin_id not in (0, roles.owner_id) and role.rank >= roles.highest(admin_roles):
        raise UnfitRole(
            t("You can only sell roles below your own highest role, and **{role}** isn't below it.", role=role.name)
        )


def _by_itself(role: GuildRole, guild_id: int) -> None:
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


def _for_the_bot(role: GuildRole, bot: RankedMember, guild_id: int) -> None:
    if not bot.permissions.allows(P.MANAGE_ROLES):
        raise UnfitRole(missing(P.MANAGE_ROLES, guild_id))
    if not bot.above_role(role):
        raise UnfitRole(
            t(
                "**{role}** is above my highest role, so Discord won't let me give it. Drag my role above it in "
                "Server Settings › Roles and try again.",
                role=role.name,
            )
        )
