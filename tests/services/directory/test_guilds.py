"""Servers as Discord tells of them: asked once for all who look, and shown all the same while Discord is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest

from discord_api import current
from discord_api.permissions import Permissions
from services import directory
from services.core.errors import NotFound, Unanswered
from services.core.transactions import rows
from services.directory import installs
from services.identity.discord_grants import Server
from tests.discord_api.stand_in import answer, client
from tests.support.bot import ALICE, GUILD, OTHER_GUILD

Handler = Callable[[httpx.Request], Awaitable[httpx.Response]]

ADDED = {
    "type": "APPLICATION_AUTHORIZED",
    "timestamp": "2030-01-01T00:00:00+00:00",
    "data": {"guild": {"id": str(GUILD), "name": "Twice", "owner_id": str(ALICE)}, "user": {"id": str(ALICE)}},
}


class Told:
    """A Discord that has these guilds, and notes what it is asked."""

    def __init__(self, *guild_ids: int) -> None:
        self.names = {guild_id: f"Guild {guild_id}" for guild_id in guild_ids}
        self.asked: list[str] = []
        self.away = False
        self.heard = asyncio.Event()
        self.answers = asyncio.Event()
        self.answers.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        self.heard.set()
        await asyncio.sleep(0)
        if self.away:
            return answer(403, {"code": 0, "message": "not now"})
        if request.url.path.endswith("/users/@me/guilds"):
            after, limit = int(request.url.params["after"]), int(request.url.params["limit"])
            listed = [name for name in sorted(self.names) if name > after][:limit]
            return answer(200, [self._told(one) for one in listed])
        if request.url.path.endswith("/members/search"):
            return answer(200, [{"nick": "Al", "user": {"id": str(ALICE), "username": "alice", "avatar": None}}])
        guild_id = int(request.url.path.rsplit("/", 1)[1])
        found = answer(404, {"code": 10004, "message": "Unknown Guild"})
        if guild_id in self.names:
            found = answer(200, self._told(guild_id) | {"owner_id": str(ALICE)})
        await self.answers.wait()
        return found

    def _told(self, guild_id: int) -> dict[str, Any]:
        return {"id": str(guild_id), "name": self.names[guild_id], "icon": "abc", "approximate_member_count": 12}


@pytest.fixture
async def told(database: str) -> AsyncIterator[Told]:
    discord = Told(GUILD)
    directory.forget_all()
    asking = client(discord)
    current.use(asking)
    yield discord
    await asking.close()


async def test_a_name_is_asked_for_once_however_many_look(told: Told) -> None:
    found = await asyncio.gather(*(directory.guild(GUILD) for _ in range(50)))
    assert {(one.name, one.icon, one.owner_id, one.member_count) for one in found} == {
        (f"Guild {GUILD}", "abc", ALICE, 12)
    }
    assert len(told.asked) == 1


async def test_a_server_that_nobody_told_us_of_is_not_found_and_not_asked_for_again_and_again(told: Told) -> None:
    for _ in range(3):
        with pytest.raises(NotFound):
            await directory.guild(OTHER_GUILD)
    assert len(told.asked) == 1


async def test_while_discord_is_away_what_is_known_is_shown(told: Told) -> None:
    await rows("INSERT INTO guilds (discord_id, name) VALUES ($1, 'Old name')", GUILD)
    told.away = True
    assert (await directory.guild(GUILD)).name == "Old name"


async def test_an_old_answer_is_shown_at_once_and_renewed_behind_it(told: Told) -> None:
    await directory.guild(GUILD)
    told.names[GUILD] = "Renamed"
    await rows("UPDATE guilds SET told_at = now() - interval '2 hours'")
    directory.forget_all()
    assert (await directory.guild(GUILD)).name == f"Guild {GUILD}"
    async with asyncio.timeout(20):
        while (await directory.guild(GUILD)).name != "Renamed":
            await asyncio.sleep(0.01)
            await directory.forget(GUILD)


async def test_every_page_of_the_bots_servers_is_read_and_the_missing_ones_were_left(told: Told) -> None:
    ids = range(1000, 1450)
    told.names = {guild_id: f"Guild {guild_id}" for guild_id in ids}
    await rows("INSERT INTO guilds (discord_id, created_at) VALUES ($1, now() - interval '1 day')", OTHER_GUILD)
    await directory.refresh()
    here = await rows("SELECT discord_id FROM guilds WHERE left_at IS NULL ORDER BY 1")
    assert [row["discord_id"] for row in here] == list(ids)
    assert not (await directory.guild(OTHER_GUILD)).here
    assert len([path for path in told.asked if path.endswith("@me/guilds")]) == 3
    told.names[OTHER_GUILD] = "Back again"
    await directory.refresh()
    await directory.forget(OTHER_GUILD)
    assert (await directory.guild(OTHER_GUILD)).here


async def test_a_server_that_adds_us_again_is_here_at_once(told: Told) -> None:
    await rows("INSERT INTO guilds (discord_id, name, left_at) VALUES ($1, 'Once', now())", GUILD)
    assert not (await directory.guild(GUILD)).here
    told.names[GUILD] = "Twice"
    await installs.record(ADDED)
    found = await directory.guild(GUILD)
    assert (found.here, found.name) == (True, "Twice")


@pytest.mark.parametrize("names", [{}, {GUILD: "Once"}], ids=["not there", "an old name"])
async def test_what_discord_said_before_the_bot_was_added_does_not_undo_that(told: Told, names: dict[int, str]) -> None:
    await rows("INSERT INTO guilds (discord_id, name) VALUES ($1, 'Once')", GUILD)
    told.names = names
    told.answers.clear()
    await directory.guild(GUILD)
    async with asyncio.timeout(20):
        await told.heard.wait()
    (asking,) = (task for task in asyncio.all_tasks() if task.get_name() == f"guild {GUILD}")
    await installs.record(ADDED)
    told.answers.set()
    await asking
    found = await directory.guild(GUILD)
    assert (found.here, found.name) == (True, "Twice")


async def test_somebodys_servers_say_which_they_manage_and_where_the_bot_is(told: Told) -> None:
    await directory.refresh()
    nothing, manage = Permissions.none(), Permissions.MANAGE_GUILD
    servers = [
        Server(5, "a member only", None, False, nothing),
        Server(6, "managed, without the bot", None, False, manage),
        Server(GUILD, "managed", None, False, manage),
        Server(7, "owned, without the bot", None, True, nothing),
    ]
    found = await directory.of_user(servers)
    assert [(one.id, one.managed, one.here) for one in found] == [
        (GUILD, True, True),
        (6, True, False),
        (7, True, False),
        (5, False, False),
    ]
    assert (found[0].member_count, found[1].member_count) == (12, None)


async def test_members_that_only_discord_knows_are_marked_as_such(told: Told) -> None:
    (found,) = await directory.search(GUILD, "al")
    assert (found.user_id, found.display_name, found.known) == (ALICE, "Al", False)
    await rows("INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, $2)", GUILD, ALICE)
    (found,) = await directory.search(GUILD, "al")
    assert found.known
    assert await directory.search(GUILD, "  ") == []


async def test_a_search_that_discord_does_not_answer_says_so(told: Told) -> None:
    told.away = True
    with pytest.raises(Unanswered):
        await directory.search(GUILD, "al")
