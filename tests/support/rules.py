"""Economy settings of a guild for tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services import settings
from services.core import own_ids
from services.settings import Source


async def rule(guild_id: int, **economy: Any) -> None:
    """Set economy settings."""
    changes = {f"economy.{name}": value for name, value in economy.items()}
    await settings.save(guild_id, 0, changes, source=Source.COMMAND)


def discord_names(guild_id: int, *ids: int) -> None:
    """Pretend that Discord just listed exactly these roles and channels."""
    own_ids.told(guild_id, roles=ids, channels=ids)


def discord_names_those_in(guild_id: int, values: Mapping[str, Any]) -> None:
    """The same for all ids in these settings."""
    channel_id = values.get("general.log_channel_id")
    ids = [*values.get("general.staff_role_ids", ()), *([channel_id] if channel_id else [])]
    discord_names(guild_id, *map(int, ids))
