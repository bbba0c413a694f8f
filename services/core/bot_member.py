"""The bot's own membership in a guild, and its permissions there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord_api import current, guilds, members, users
from discord_api.permissions import Permissions, in_guild

if TYPE_CHECKING:
    from discord_api.client import Discord


async def find(guild_id: int) -> tuple[dict[str, Any], dict[str, Any], Permissions]:
    """The guild, the bot's member object, and its permissions."""
    guild, own = await look(current.client(), guild_id)
    held = {int(one) for one in own["roles"]} | {guild_id}
    granted = [Permissions(int(one["permissions"])) for one in guild["roles"] if int(one["id"]) in held]
    return guild, own, in_guild(granted, owner=guild["owner_id"] == own["user"]["id"])


async def look(discord: Discord, guild_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The guild, and the bot as its member."""
    guild = await guilds.get(discord, guild_id)
    # Not always the application id: older bots have a different user id.
    me = await users.me(discord)
    return guild, await members.get(discord, guild_id, int(me["id"]))
