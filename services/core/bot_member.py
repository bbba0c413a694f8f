"""The bot as a member of a server, and what it may do there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_api import current, guilds, members, users
from discord_api.permissions import Permissions, in_guild

if TYPE_CHECKING:
    from discord_api.client import Discord


async def find(guild_id: int) -> tuple[dict[str, Any], dict[str, Any], Permissions]:
    """The guild, the bot as its member, and what it may do there."""
    guild, own = await look(current.client(), guild_id)
    held = {int(one) for one in own["roles"]} | {guild_id}
    granted = [Permissions(int(one["permissions"])) for one in guild["roles"] if int(one["id"]) in held]
    return guild, own, in_guild(granted, owner=guild["owner_id"] == own["user"]["id"])


async def look(discord: Discord, guild_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The guild, and the bot as its member."""
    guild = await guilds.get(discord, guild_id)
    # Not always the application's id: older bots have another one.
    me = await users.me(discord)
    return guild, await members.get(discord, guild_id, int(me["id"]))
