"""Members of a guild, and the roles they hold."""

from __future__ import annotations

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


async def add_role(discord: Discord, guild_id: int, user_id: int, role_id: int, *, reason: str = "") -> None:
    """Give a member a role; no effect if they have it."""
    params = {"guild_id": guild_id, "user_id": user_id, "role_id": role_id}
    await discord.request("PUT", ROLE, params, reason=reason)


async def remove_role(discord: Discord, guild_id: int, user_id: int, role_id: int, *, reason: str = "") -> None:
    """Take a role from a member; no effect if they don't have it."""
    params = {"guild_id": guild_id, "user_id": user_id, "role_id": role_id}
    await discord.request("DELETE", ROLE, params, reason=reason)
