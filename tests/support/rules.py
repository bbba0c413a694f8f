"""Rules of a guild for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services import settings
from services.core import own_ids
from services.settings import Source


async def rule(guild_id: int, **economy: Any) -> None:
    """From now on, these settings of the economy are so."""
    changes = {f"economy.{name}": value for name, value in economy.items()}
    await settings.save(guild_id, 0, changes, source=Source.COMMAND)


def discord_names(guild_id: int, *ids: int) -> None:
    """Discord just said that these are roles and channels of the guild, and all it has."""
    own_ids.told(guild_id, roles=ids, channels=ids)


def discord_names_those_in(guild_id: int, values: Mapping[str, Any]) -> None:
    """The same of whatever ids stand in these settings."""
    channel_id = values.get("general.log_channel_id")
    ids = [*values.get("general.staff_role_ids", ()), *([channel_id] if channel_id else [])]
    discord_names(guild_id, *map(int, ids))
