"""How uses of commands get into the database, whatever happens on the way."""

from __future__ import annotations

import asyncio
import random
import time
from typing import Any

import pytest

from services.analytics import usage
from services.analytics.usage import Recorder, Use
from services.core.transactions import rows

USE = Use(7, 1, "alice", None, "daily", 12, "answered", time.time())


@pytest.mark.usefixtures("database")
async def test_uses_that_waited_for_the_database_are_written_when_it_is_back() -> None:
    dropped: list[int] = []
    recorder = Recorder(on_dropped=dropped.append)
    recorder.add(USE)
    await rows("ALTER TABLE command_usage RENAME TO elsewhere")
    try:
        await recorder.flush()
    finally:
        await rows("ALTER TABLE elsewhere RENAME TO command_usage")
    recorder.add(USE)
    await recorder.flush()
    assert (len(await rows("SELECT FROM command_usage")), recorder.waiting, dropped) == (2, [], [])


async def test_what_does_not_fit_back_after_a_failed_write_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "BOUND", 2)
    dropped: list[int] = []
    recorder = Recorder(on_dropped=dropped.append)
    recorder.add(USE)
    recorder.add(USE)
    writing = asyncio.create_task(recorder.flush())
    asyncio.get_running_loop().call_soon(recorder.add, USE)  # while the write is under way
    await writing
    await asyncio.sleep(0)
    assert (len(recorder.waiting), sum(dropped)) == (2, 1)


@pytest.mark.usefixtures("database")
async def test_a_use_that_can_never_be_written_does_not_keep_later_ones_waiting() -> None:
    dropped: list[int] = []
    recorder = Recorder(on_dropped=dropped.append)
    recorder.add(USE._replace(outcome="longer than its column"))
    await recorder.flush()
    recorder.add(USE)
    await recorder.flush()
    assert (len(await rows("SELECT FROM command_usage")), dropped) == (1, [1])


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(
    "wrong",
    [
        {"user_id": 2**63},
        {"guild_id": -(2**63) - 1},
        {"milliseconds": 2**31},
        {"username": "a\x00b"},
        {"username": "half \ud83d"},
        {"outcome": "longer than its column"},
        {"command": "c" * 101},
        {"at": 1e15},
    ],
)
async def test_one_use_that_can_never_be_written_takes_no_other_with_it(wrong: dict[str, Any]) -> None:
    dropped: list[int] = []
    recorder = Recorder(on_dropped=dropped.append)
    for number in range(9):
        recorder.add(USE._replace(user_id=number + 1))
    recorder.add(USE._replace(**wrong))
    for number in range(9):
        recorder.add(USE._replace(user_id=number + 11))
    await recorder.flush()
    assert (len(await rows("SELECT FROM command_usage")), dropped, recorder.waiting) == (18, [1], [])


@pytest.mark.usefixtures("database")
async def test_processes_that_meet_the_same_people_never_wait_for_each_other_in_a_circle() -> None:
    chance = random.Random(5)
    uses = [USE._replace(guild_id=one % 40 + 1, user_id=one % 60 + 1, username=f"n{one}") for one in range(600)]

    async def write(recorder: Recorder) -> None:
        for _ in range(10):
            for use in chance.sample(uses, len(uses)):
                recorder.add(use._replace(username=f"n{chance.random()}"[:32]))
            await recorder.flush()

    recorders = [Recorder() for _ in range(4)]
    await asyncio.gather(*(write(recorder) for recorder in recorders))
    assert [len(recorder.waiting) for recorder in recorders] == [0, 0, 0, 0]
    assert len(await rows("SELECT FROM command_usage")) == 4 * 10 * len(uses)
    assert len(await rows("SELECT FROM users")) == 60


@pytest.mark.usefixtures("database")
async def test_an_older_sighting_does_not_overwrite_a_newer_one() -> None:
    recorder = Recorder()
    for at in (USE.at, USE.at - 3600):
        recorder.add(USE._replace(at=at))
        await recorder.flush()
    (member,) = await rows("SELECT extract(epoch FROM last_seen_at)::float8 AS seen FROM user_guild_data")
    assert member["seen"] == pytest.approx(USE.at, abs=0.01)


@pytest.mark.usefixtures("database")
async def test_a_stop_writes_what_was_noted_last() -> None:
    recorder, stop = Recorder(), asyncio.Event()
    running = asyncio.create_task(recorder.run(stop))
    recorder.add(USE)
    stop.set()
    await running
    assert len(await rows("SELECT FROM command_usage")) == 1
