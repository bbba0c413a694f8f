"""Who may use which command, decided for tests."""

from __future__ import annotations

from services import command_rules
from services.books import Admin
from services.command_rules import Kind, Target
from tests.bot import GUILD, MANAGER

EVERYONE = Target(Kind.ROLE, GUILD)
OFF = "switched `/{}` off"


async def deny(command: str, target: Target = EVERYONE, guild_id: int = GUILD) -> None:
    await command_rules.put(guild_id, Admin(MANAGER, "r"), command, target, allowed=False)


async def allow(command: str, target: Target = EVERYONE, guild_id: int = GUILD) -> None:
    await command_rules.put(guild_id, Admin(MANAGER, "r"), command, target, allowed=True)
