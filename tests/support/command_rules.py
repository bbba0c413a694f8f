"""Command rules for tests."""

from __future__ import annotations

from services import permissions
from services.core.actors import Actor
from services.permissions import Kind, Target
from tests.support.bot import GUILD, MANAGER

EVERYONE = Target(Kind.ROLE, GUILD)
OFF = "have blocked `/{}`"


async def deny(command: str, target: Target = EVERYONE, guild_id: int = GUILD) -> None:
    await permissions.put(guild_id, Actor(MANAGER, "r"), command, target, allowed=False)


async def allow(command: str, target: Target = EVERYONE, guild_id: int = GUILD) -> None:
    await permissions.put(guild_id, Actor(MANAGER, "r"), command, target, allowed=True)
