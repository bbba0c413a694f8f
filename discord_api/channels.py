"""Channels by id, and channels of direct messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from discord_api.answers import Json, as_object

if TYPE_CHECKING:
    from discord_api.client import Discord


async def get(discord: Discord, channel_id: int) -> Json:
    """A channel the bot can see, in any guild."""
    return as_object(await discord.request("GET", "/channels/{channel_id}", {"channel_id": channel_id}))


async def open_dm(discord: Discord, user_id: int) -> Json:
    """The DM channel with a user, the same one every time."""
    body = {"recipient_id": str(user_id)}
    return as_object(await discord.request("POST", "/users/@me/channels", json=body, retry=True))
