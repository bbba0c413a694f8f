"""Direct messages to users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from discord_api import channels, messages
from discord_api.answers import Json

if TYPE_CHECKING:
    from discord_api.client import Discord


async def send(discord: Discord, user_id: int, message: Mapping[str, Any], nonce: str) -> Json:
    """Send a user a direct message, once for each nonce within a few minutes; CannotMessage if they accept none."""
    channel = await channels.open_dm(discord, user_id)
    return await messages.send(discord, int(channel["id"]), {**message, "nonce": nonce, "enforce_nonce": True})
