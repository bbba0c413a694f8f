"""Registered commands: global ones, and those of a single guild."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from discord_api.answers import Json, as_list

if TYPE_CHECKING:
    from discord_api.client import Discord

GLOBAL = "/applications/{application_id}/commands"
OF_GUILD = "/applications/{application_id}/guilds/{guild_id}/commands"
PERMISSIONS = "/applications/{application_id}/guilds/{guild_id}/commands/permissions"


async def registered(discord: Discord, application_id: int) -> list[Json]:
    """The global commands with all their translations."""
    params = {"application_id": application_id}
    return as_list(await discord.request("GET", GLOBAL, params, query={"with_localizations": True}))


async def replace(discord: Discord, application_id: int, commands: Sequence[Json]) -> list[Json]:
    """Replace all global commands; any not in the list are deleted."""
    params = {"application_id": application_id}
    return as_list(await discord.request("PUT", GLOBAL, params, json=list(commands)))


async def of_guild(discord: Discord, application_id: int, guild_id: int) -> list[Json]:
    """The commands registered for one guild only."""
    params = {"application_id": application_id, "guild_id": guild_id}
    return as_list(await discord.request("GET", OF_GUILD, params))


async def replace_of_guild(
    discord: Discord, application_id: int, guild_id: int, commands: Sequence[Json]
) -> list[Json]:
    """Replace all commands of one guild."""
    params = {"application_id": application_id, "guild_id": guild_id}
    return as_list(await discord.request("PUT", OF_GUILD, params, json=list(commands)))


async def permissions(discord: Discord, application_id: int, guild_id: int) -> list[Json]:
    """A guild's command permissions, as its admins set them in Discord."""
    params = {"application_id": application_id, "guild_id": guild_id}
    return as_list(await discord.request("GET", PERMISSIONS, params, retry=False))
