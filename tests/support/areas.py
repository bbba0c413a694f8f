"""Areas turned on and off for tests."""

from __future__ import annotations

from services.core.actors import Actor
from services.settings import Source, switches
from tests.support.bot import GUILD, MANAGER


async def turn(name: str, on: bool, guild_id: int = GUILD) -> None:
    """From now on, this server has that area, or has it not."""
    await switches.turn(guild_id, Actor(MANAGER, "r"), name, on, source=Source.COMMAND)
