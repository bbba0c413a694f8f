"""Discord users, independent of any guild."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_api.answers import Json, as_object

if TYPE_CHECKING:
    from discord_api.client import Discord


async def me(discord: Discord) -> Json:
    """The bot's own user; for older bots, its id differs from the application's."""
    return as_object(await discord.request("GET", "/users/@me"))


async def get(discord: Discord, user_id: int) -> Json:
    """Any Discord user."""
    return as_object(await discord.request("GET", "/users/{user_id}", {"user_id": user_id}))
