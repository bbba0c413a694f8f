"""A guild's economy settings straight from the database: money decisions bypass every cache."""

from __future__ import annotations

from services.core.transactions import rows
from services.economy.settings import EconomySettings
from services.settings import reading

_READ = "SELECT config -> 'economy' AS settings FROM guilds WHERE discord_id = $1"


def read(stored: str | bytes | None) -> EconomySettings:
    """Economy settings from stored values; an invalid field falls back to its default."""
    return reading.read_json(EconomySettings, stored) if stored else DEFAULTS


async def of(guild_id: int) -> EconomySettings:
    """A guild's current economy settings."""
    found = await rows(_READ, guild_id)
    return read(found[0]["settings"]) if found else DEFAULTS


DEFAULTS = EconomySettings()
