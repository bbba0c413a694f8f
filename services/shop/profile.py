"""The inventory on a member's profile."""

from __future__ import annotations

from services.core.profile_parts import ProfilePart
from services.shop import inventory


async def _first_page(guild_id: int, user_id: int) -> inventory.Page:
    return await inventory.page(guild_id, user_id, 1)


INVENTORY = ProfilePart(_first_page)
