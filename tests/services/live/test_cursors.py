"""Who comes back with a cursor misses and doubles nothing, or begins anew where nothing is kept any more."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from services.core.transactions import rows
from services.live import Cursor, Event, Hub, events, history
from tests.services.live.arriving import arrive, members, opened, readable
from tests.services.live.watching import Eye
from tests.support.bot import ALICE, BOB, GUILD
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("database")


async def test_who_comes_back_with_a_cursor_during_a_storm_of_writes_misses_and_doubles_nothing(
    hubs: tuple[Hub, Hub], full: bool
) -> None:
    count = 2000 if full else 200
    steady = Eye(hubs[0])  # so that one hub is always in the middle of something
    steady.watch()
    await opened(steady)

    async def write(first: int) -> None:
        for member in range(first, first + count // 4):
            await arrive(member)

    writing = asyncio.gather(*(write(10_000 * part) for part in range(1, 5)))
    seen: list[Event] = []
    cursor, turns = steady.begun, 0
    while not writing.done() or len(seen) < count:
        eye = Eye(hubs[turns % 2])
        eye.watch(after=cursor)
        await until(lambda eye=eye: eye.seen or (writing.done() and eye.said))  # type: ignore[misc]
        eye.close()
        assert eye.said == ["opened"]
        seen += eye.seen
        cursor, turns = eye.cursor, turns + 1
    await writing
    assert turns > 2
    assert [event.cursor for event in seen] == sorted({event.cursor for event in seen})
    assert len(set(members(seen))) == len(members(seen)) == count


@pytest.mark.parametrize("said", ["", "x", "1-1-1", "ffffffffffffffff-1", "fffffffffffffff-0", "-1-0", "٣-٣"])
async def test_a_cursor_that_we_never_gave_begins_anew(said: str, here: Hub) -> None:
    eye = Eye(here)
    eye.watch(after=Cursor.read(said))
    await opened(eye)
    assert eye.said == ["reset"]
    await arrive(ALICE)
    await until(lambda: eye.seen)


async def test_a_cursor_from_before_what_is_kept_begins_anew_and_a_later_one_does_not(
    here: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MAX_EVENTS_KEPT", 5)
    for member in range(1, 21):
        await arrive(member)
    kept = await readable(20)
    await history.clean()
    assert await rows("SELECT count(*)::int AS left FROM live_events") == [{"left": 5}]
    eyes = [Eye(here), Eye(here)]
    eyes[0].watch(after=kept[13].cursor)
    eyes[1].watch(after=kept[14].cursor)
    await until(lambda: all(eye.said for eye in eyes))
    await until(lambda: len(eyes[1].seen) == 5)
    assert [eye.said for eye in eyes] == [["reset"], ["opened"]]
    assert members(eyes[1].seen) == [16, 17, 18, 19, 20]


async def test_what_is_older_than_an_hour_is_not_kept(direct: asyncpg.Connection[Any]) -> None:
    await arrive(ALICE)
    await direct.execute("UPDATE live_events SET created_at = now() - interval '61 minutes'")
    await arrive(BOB)
    assert len(await readable(2)) == 2
    await history.clean()
    assert members((await events.news([GUILD], Cursor(0, 0), 100)).events) == [BOB]
