"""Members of a guild, and the roles they hold."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from discord_api.answers import Json, as_list, as_object

if TYPE_CHECKING:
    from discord_api.client import Discord

MEMBER = "/guilds/{guild_id}/members/{user_id}"
ROLE = "/guilds/{guild_id}/members/{user_id}/roles/{role_id}"


async def get(discord: Discord, guild_id: int, user_id: int) -> Json:
    """A member of a guild; UnknownMember for anyone else."""
    return as_object(await discord.request("GET", MEMBER, {"guild_id": guild_id, "user_id": user_id}))


async def search(discord: Discord, guild_id: int, begins: str, limit: int = 25) -> list[Json]:
    """Members whose username or nickname starts with `begins`."""
    query = {"query": begins, "limit": limit}
    path = "/guilds/{guild_id}/members/search"
    return as_list(await discord.request("GET", path, {"guild_id": guild_id}, query=query))


async def kick(discord: Discord, guild_id: int, user_id: int, *, reason: str = "") -> None:
    """Remove a member, who can come back; UnknownMember if they have left."""
    await discord.request("DELETE", MEMBER, {"guild_id": guild_id, "user_id": user_id}, reason=reason)


async def time_out(discord: Discord, guild_id: int, user_id: int, until: datetime | None, *, reason: str = "") -> None:
    """Silence a member until then, at most 28 days ahead, or no longer with None."""
    body = {"communication_disabled_until": until.isoformat() if until else None}
    await _change(discord, guild_id, user_id, body, reason)


async def rename(discord: Discord, guild_id: int, user_id: int, nick: str, *, reason: str = "") -> None:
    """Set a member's nickname; an empty one resets it."""
    await _change(discord, guild_id, user_id, {"nick": nick or None}, reason)


async def add_role(discord: Discord, guild_id: int, user_id: int, role_id: int, *, reason: str = "") -> None:
    """Give a member a role; no effect if they have it."""
    params = {"guild_id": guild_id, "user_id": user_id, "role_id": role_id}
    await discord.request("PUT", ROLE, params, reason=reason)


async def remove_role(discord: Discord, guild_id: int, user_id: int, role_id: int, *, reason: str = "") -> None:
    """Take a role from a member; no effect if they don't have it."""
    params = {"guild_id": guild_id, "user_id": user_id, "role_id": role_id}
    await discord.request("DELETE", ROLE, params, reason=reason)


async def _change(discord: Discord, guild_id: int, user_id: int, body: Json, reason: str) -> None:
    await discord.request("PATCH", MEMBER, {"guild_id": guild_id, "user_id": user_id}, json=body, reason=reason)
