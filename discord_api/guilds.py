"""Guilds the bot is in, with their roles and channels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_api.answers import Json, as_list, as_object

if TYPE_CHECKING:
    from discord_api.client import Discord


async def get(discord: Discord, guild_id: int, *, with_counts: bool = False) -> Json:
    """A guild the bot is in, optionally with its approximate number of members."""
    query = {"with_counts": True} if with_counts else None
    return as_object(await discord.request("GET", "/guilds/{guild_id}", {"guild_id": guild_id}, query=query))


async def joined(discord: Discord, *, after: int = 0, limit: int = 200) -> list[Json]:
    """The guilds the bot is in, by id, up to 200 per call, with approximate numbers of members."""
    query = {"after": after, "limit": limit, "with_counts": True}
    return as_list(await discord.request("GET", "/users/@me/guilds", query=query))


async def roles(discord: Discord, guild_id: int) -> list[Json]:
    """All roles of a guild."""
    return as_list(await discord.request("GET", "/guilds/{guild_id}/roles", {"guild_id": guild_id}))


async def channels(discord: Discord, guild_id: int) -> list[Json]:
    """The channels of a guild the bot can see, without threads."""
    return as_list(await discord.request("GET", "/guilds/{guild_id}/channels", {"guild_id": guild_id}))
