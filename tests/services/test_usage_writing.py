"""How uses of commands get into the database, whatever happens on the way."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from services.transactions import rows
from services.usage import Recorder, Use

USE = Use(7, 1, "alice", None, "daily", 12, "answered", time.time())


@pytest.mark.usefixtures("database")
async def test_uses_that_waited_for_the_database_are_written_when_it_is_back() -> None:
    recorder = Recorder()
    recorder.add(USE)
    await rows("ALTER TABLE command_usage RENAME TO elsewhere")
    try:
        await recorder.flush()
    finally:
        await rows("ALTER TABLE elsewhere RENAME TO command_usage")
    recorder.add(USE)
    await recorder.flush()
    assert (len(await rows("SELECT FROM command_usage")), recorder.waiting) == (2, [])


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
