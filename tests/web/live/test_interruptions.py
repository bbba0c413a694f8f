"""A stop, an outage, a restart in the middle of a storm: whoever comes back misses and doubles nothing."""

from __future__ import annotations

import asyncio
import contextlib
import re
import sys
from pathlib import Path

import asyncpg
import pytest
from websockets.exceptions import ConnectionClosed

from app import socket_protocol
from app.database_url import credentials
from playground.world.cast import HARBOUR, MANAGER, MODERATOR, OWNER, PRACA
from services.identity import refresh_tokens
from tests.support.outage import database_away
from tests.support.waiting import until
from tests.web.live.listening import BYSTANDER, PATIENCE, Place, arrive, cookie_of, listening, serving_again
from web.sockets import conversation, guard

(PROGRAM,) = re.findall(r"```python\n(.*?)```", Path("docs/live.md").read_text(), re.DOTALL)


async def test_while_discord_says_nothing_those_it_spoke_for_go_on_listening_and_others_must_wait(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "FIRST_CHECK", 0.05)
    async with listening(place.address, MANAGER) as known, listening(place.address, MODERATOR) as unknown:
        assert (await known.subscribe())["type"] == "subscribed"
        with place.play.faults(server_errors=1.0):
            answer = await unknown.subscribe()
            assert (answer["type"], answer["reason"]) == ("refused", "unavailable")
            await arrive(BYSTANDER)
            assert (await known.hear())["kind"] == "member"


async def test_while_the_database_is_away_sockets_stay_and_afterwards_hear_what_they_missed(
    place: Place, database: str
) -> None:
    cookie = await cookie_of(OWNER)
    direct = await asyncpg.connect(**credentials(database))
    async with listening(place.address, OWNER) as one:
        await one.subscribe()
        async with database_away(database):
            assert await one.hear() == {"type": "unavailable"}
            async with listening(place.address, cookie=cookie) as unknown:
                assert await unknown.closed() == 1013
            answer = await one.subscribe(PRACA)
            assert (answer["type"], answer["reason"]) in {("refused", "unavailable"), ("refused", "not_found")}
            await direct.execute("INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, 1)", HARBOUR)
        assert await one.hear() == {"type": "available"}
        assert (await one.hear())["data"]["member_ids"] == ["1"]
    await direct.close()


@pytest.mark.within
async def test_a_stop_sends_everybody_away_for_a_moment_and_nothing_is_lost(place: Place, stop: asyncio.Event) -> None:
    cookie = await cookie_of(OWNER)
    async with listening(place.address, cookie=cookie) as one:
        await one.hear()
        await one.subscribe()
        await arrive(1)
        assert (await one.hear())["data"]["member_ids"] == ["1"]
        stop.set()
        farewell = await one.hear()
        assert farewell["type"] == "restart"
        assert 0.5 <= farewell["retry_after"] <= 5
        assert await one.closed() == 1012
        await arrive(2)
    async with serving_again(place), listening(place.address, cookie=cookie) as back:
        await back.hear()
        await back.subscribe(after=one.cursor)
        await arrive(3)
        assert [(await back.hear())["data"]["member_ids"] for _ in range(2)] == [["2"], ["3"]]


async def test_many_come_back_after_a_restart_in_the_middle_of_a_storm_and_miss_and_double_nothing(
    place: Place, stop: asyncio.Event, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_OF_ONE", 1000)
    monkeypatch.setattr(socket_protocol, "RETURN", (0.1, 0.5))
    followers, count = (200, 300) if full else (20, 60)
    cookie = await cookie_of(OWNER)
    heard: list[list[str]] = [[] for _ in range(followers)]
    begun: set[int] = set()

    async def follow(number: int, mine: list[str]) -> None:
        """As docs/live.md says: come back after the time that was asked for, with the last cursor."""
        after, pause = None, 0.1
        while len(mine) < count:
            with contextlib.suppress(ConnectionClosed, OSError):
                async with listening(place.address, cookie=cookie) as one:
                    await one.say(type="subscribe", guild_id=str(HARBOUR), after=after)
                    while len(mine) < count:
                        message = await one.hear()
                        after, pause = message.get("cursor", after), message.get("retry_after", pause)
                        mine += message["data"]["member_ids"] if message["type"] == "event" else []
                        assert message["type"] != "reset"
                        if message["type"] == "subscribed":
                            begun.add(number)
            await asyncio.sleep(pause)

    following = asyncio.gather(*(follow(number, mine) for number, mine in enumerate(heard)))
    await until(lambda: len(begun) == followers)
    for member in range(1, count + 1):
        await arrive(member)
        if member == count // 3:
            stop.set()
    async with serving_again(place), asyncio.timeout(60):
        await following
    assert heard == [[str(member) for member in range(1, count + 1)]] * followers


async def test_the_program_in_the_documentation_prints_what_happens_and_goes_on_after_an_interruption(
    place: Place, stop: asyncio.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_protocol, "RETURN", (0.5, 0.5))
    program = tmp_path / "live.py"
    program.write_text(PROGRAM)
    token = (await refresh_tokens.begin(OWNER)).access_token
    site = place.address.replace("ws", "http", 1).removesuffix("/ws")
    watching = await asyncio.create_subprocess_exec(
        sys.executable, str(program), site, token, str(HARBOUR), stdout=asyncio.subprocess.PIPE
    )
    assert watching.stdout is not None
    await printed(watching.stdout, "subscribed")
    await arrive(1)
    assert '["1"]' in await printed(watching.stdout, "event member")
    stop.set()
    await printed(watching.stdout, "disconnected:")
    await arrive(2)
    async with serving_again(place):
        assert '["2"]' in await printed(watching.stdout, "event member")
        watching.kill()
        await watching.wait()


async def printed(output: asyncio.StreamReader, beginning: str) -> str:
    """The next line that begins so."""
    async with asyncio.timeout(PATIENCE):
        while line := (await output.readline()).decode():
            if line.startswith(beginning):
                return line
    raise AssertionError(f"the program ended before it said {beginning!r}")
