"""Commands left over in single guilds: found in every guild, and removed."""

from __future__ import annotations

from typing import Any

import httpx
import orjson
import pytest

from discord_api import errors, guild_commands
from tests.discord_api.stand_in import answer, client
from tests.discord_api.virtual_time import in_virtual_time

OLD = {"id": "5", "type": 1, "name": "old"}
MENU = {"id": "6", "type": 2, "name": "Show Profile"}


class Guilds:
    """A Discord with more guilds than one page holds; some of them have commands of their own."""

    def __init__(self, **commands: list[dict[str, Any]] | int) -> None:
        self.names = {number: f"Guild {number}" for number in range(1, 251)}
        self.commands = {int(key.removeprefix("g")): value for key, value in commands.items()}
        self.put: dict[int, Any] = {}

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/api/v10")
        if path == "/users/@me/guilds":
            after, limit = int(request.url.params["after"]), int(request.url.params["limit"])
            page = [number for number in self.names if number > after][:limit]
            return answer(200, [{"id": str(number), "name": self.names[number]} for number in page])
        guild_id = int(path.split("/")[4])
        assert path == f"/applications/9/guilds/{guild_id}/commands"
        if request.method == "PUT":
            self.put[guild_id] = orjson.loads(request.content)
        known = self.commands.get(guild_id, [])
        return answer(known, {}) if isinstance(known, int) else answer(200, known)


@in_virtual_time
async def test_leftovers_are_found_on_every_page_of_guilds() -> None:
    discord = Guilds(g3=[OLD, MENU], g247=[OLD])
    found = await guild_commands.leftovers(client(discord), 9)
    assert [line for leftover in found for line in leftover.lines()] == [
        "- /old of the server Guild 3 (3)",
        "- Show Profile (user menu) of the server Guild 3 (3)",
        "- /old of the server Guild 247 (247)",
    ]
    assert discord.put == {}


@in_virtual_time
async def test_removing_writes_only_where_there_are_some() -> None:
    discord = Guilds(g3=[OLD], g247=[MENU])
    removed = await guild_commands.remove(client(discord), 9)
    assert removed == ["- /old of the server Guild 3 (3)", "- Show Profile (user menu) of the server Guild 247 (247)"]
    assert discord.put == {3: [], 247: []}


@in_virtual_time
async def test_a_guild_that_gives_no_access_has_no_commands_and_an_outage_is_told() -> None:
    assert await guild_commands.leftovers(client(Guilds(g3=403, g4=404)), 9) == []
    with pytest.raises(errors.DiscordError):
        await guild_commands.leftovers(client(Guilds(g3=[OLD], g4=400)), 9)


@in_virtual_time
async def test_a_servers_name_cannot_steer_the_terminal() -> None:
    discord = Guilds(g1=[OLD])
    discord.names = {1: "Evil\x1b[2J\u202e"}
    (found,) = await guild_commands.leftovers(client(discord), 9)
    assert found.lines() == ["- /old of the server Evil[2J (1)"]
