"""The bot's own membership in a guild, and its permissions there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from discord_api import current, guilds, members, users
from discord_api.permissions import Permissions, in_guild

if TYPE_CHECKING:
    from discord_api.client import Discord

_ids: WeakKeyDictionary[Discord, int] = WeakKeyDictionary()


async def find(guild_id: int) -> tuple[dict[str, Any], dict[str, Any], Permissions]:
    """The guild, the bot's member object, and its permissions."""
    guild, own = await look(current.client(), guild_id)
    held = {int(one) for one in own["roles"]} | {guild_id}
    granted = [Permissions(int(one["permissions"])) for one in guild["roles"] if int(one["id"]) in held]
    return guild, own, in_guild(granted, owner=guild["owner_id"] == own["user"]["id"])


async def look(discord: Discord, guild_id: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """The guild, and the bot as its member."""
    guild = await guilds.get(discord, guild_id)
    return guild, await members.get(discord, guild_id, await own_id(discord))


async def own_id(discord: Discord) -> int:
    """The bot's user id, asked once; older bots have another one than their application."""
    if discord not in _ids:
        _ids[discord] = int((await users.me(discord))["id"])
    return _ids[discord]
