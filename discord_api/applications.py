"""The bot's own application at Discord."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from discord_api.answers import Json, as_object
from discord_api.rest import WHO_AM_I

if TYPE_CHECKING:
    from discord_api.client import Discord


async def get(discord: Discord) -> Json:
    """The application, with its id and public key."""
    return as_object(await discord.request("GET", WHO_AM_I))


async def edit(discord: Discord, fields: Mapping[str, Any]) -> Json:
    """Change settings of the application, such as `interactions_endpoint_url`."""
    return as_object(await discord.request("PATCH", WHO_AM_I, json=fields))
