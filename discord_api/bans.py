"""Bans of a guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_api.answers import Json, as_object

if TYPE_CHECKING:
    from discord_api.client import Discord

BAN = "/guilds/{guild_id}/bans/{user_id}"


async def get(discord: Discord, guild_id: int, user_id: int) -> Json:
    """The ban of a user, with its reason; UnknownBan if they aren't banned."""
    return as_object(await discord.request("GET", BAN, {"guild_id": guild_id, "user_id": user_id}))


async def add(discord: Discord, guild_id: int, user_id: int, *, delete_seconds: int = 0, reason: str = "") -> None:
    """Ban a user, member or not, and delete their messages of the last seconds; no effect if they are banned."""
    body = {"delete_message_seconds": delete_seconds}
    await discord.request("PUT", BAN, {"guild_id": guild_id, "user_id": user_id}, json=body, reason=reason)


async def remove(discord: Discord, guild_id: int, user_id: int, *, reason: str = "") -> None:
    """Lift a ban; UnknownBan if there is none."""
    await discord.request("DELETE", BAN, {"guild_id": guild_id, "user_id": user_id}, reason=reason)
