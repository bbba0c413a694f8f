"""The bot as a member of a server, and what it may do there."""

from __future__ import annotations

from typing import Any

from discord_api import current
from discord_api.permissions import Permissions, in_guild


async def find(guild_id: int) -> tuple[dict[str, Any], dict[str, Any], Permissions]:
    """The guild, the bot as its member, and what it may do there."""
    discord = current.client()
    guild = await discord.guild(guild_id)
    # Not always the application's id: older bots have another one.
    me = await discord.request("GET", "/users/@me")
    own = await discord.member(guild_id, int(me["id"]))
    held = {int(one) for one in own["roles"]} | {guild_id}
    granted = [Permissions(int(one["permissions"])) for one in guild["roles"] if int(one["id"]) in held]
    return guild, own, in_guild(granted, owner=guild["owner_id"] == me["id"])
