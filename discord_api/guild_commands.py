"""Guild commands. We register all commands globally, so these are leftovers and show twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discord_api import commands, guilds
from discord_api.command_sync import label
from discord_api.errors import Forbidden, NotFound

if TYPE_CHECKING:
    from discord_api.client import Discord

AT_ONCE = 10
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Leftover:
    """A guild that has guild commands."""

    guild_id: int
    guild: str
    commands: list[str]

    def lines(self) -> list[str]:
        """The changes removing them would make, one per line."""
        return [f"- {command} of the server {self.guild} ({self.guild_id})" for command in self.commands]


async def leftovers(client: Discord, application_id: int) -> list[Leftover]:
    """Every guild with guild commands; needs one call per guild."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def look(guild: dict[str, Any]) -> Leftover:
        async with turns:
            return Leftover(int(guild["id"]), _printable(guild["name"]), await _labels(client, application_id, guild))

    looked = await asyncio.gather(*[look(guild) async for guild in _guilds(client)])
    return [found for found in looked if found.commands]


async def remove(client: Discord, application_id: int) -> list[str]:
    """Remove all guild commands and return them."""
    found = await leftovers(client, application_id)
    for leftover in found:
        await commands.replace_of_guild(client, application_id, leftover.guild_id, [])
    return [line for leftover in found for line in leftover.lines()]


async def _labels(client: Discord, application_id: int, guild: dict[str, Any]) -> list[str]:
    try:
        return [label(command) for command in await commands.of_guild(client, application_id, int(guild["id"]))]
    except (Forbidden, NotFound):
        # Added without `applications.commands`, or just left: there can be none.
        return []


async def _guilds(client: Discord) -> AsyncIterator[dict[str, Any]]:
    after = 0
    while page := await guilds.joined(client, after=after, limit=_PAGE):
        for guild in page:
            yield guild
        if len(page) < _PAGE:
            return
        after = int(page[-1]["id"])


def _printable(name: str) -> str:
    # A server's owner chose the name, and it is printed to a terminal.
    return "".join(char for char in name if char.isprintable())
