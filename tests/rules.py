"""Rules of a guild for tests."""

from __future__ import annotations

from typing import Any

from services import settings
from services.settings import Source


async def rule(guild_id: int, **economy: Any) -> None:
    """From now on, these settings of the economy are so."""
    changes = {f"economy.{name}": value for name, value in economy.items()}
    await settings.save(guild_id, 0, changes, source=Source.COMMAND)
