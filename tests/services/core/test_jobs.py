"""Jobs: done once each, by one worker at a time, and never forgotten."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from app.database_url import credentials
from services.core import jobs, schedules
from services.core.transactions import rows, transaction
from services.core.worker import LostLease, Task, Worker, listen

pytestmark = pytest.mark.usefixtures("database")


async def left() -> list[dict[str, Any]]:
    return await rows("SELECT * FROM jobs ORDER BY id")


async def work_until(done: Callable[[], bool | Awaitable[bool]], *workers: Worker) -> None:
    """Let the workers work until it is so."""
    stop = asyncio.Event()
    working = [asyncio.create_task(worker.run(stop)) for worker in workers]
    async with asyncio.timeout(30):
        while True:
            answer = done()
            if answer if isinstance(answer, bool) else await answer:
                break
            await asyncio.sleep(0.01)
    stop.set()
    await asyncio.gather(*working)


async def nothing_left() -> bool:
    return not await left()


async def test_two_workers_do_each_of_many_jobs_once() -> None:
    done: list[int] = []

    async def note(task: Task) -> None:
        done.append(task.payload["number"])

    for number in range(300):
        await jobs.enqueue("note", {"number": number})
    await work_until(nothing_left, Worker({"note": note}), Worker({"note": note}))
    assert sorted(done) == list(range(300))


async def test_a_job_exists_only_if_its_cause_does() -> None:
    async def undone() -> None:
        async with transaction():
            await jobs.enqueue("note", {})
            raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await undone()
    assert await left() == []


async def test_the_same_key_makes_one_job_and_can_be_taken_back() -> None:
    for _ in range(3):
        await jobs.enqueue("note", {}, guild_id=7, key="once")
    assert len(await left()) == 1
    await jobs.remove(7, "once")
    assert await left() == []


async def test_a_job_is_not_begun_before_it_is_due() -> None:
    begun: list[int] = []

    async def note(task: Task) -> None:
        begun.append(task.id)

    await jobs.enqueue("note", {}, at=datetime.now(UTC) + timedelta(hours=1))
    await jobs.enqueue("note", {}, key="now")
    await work_until(lambda: bool(begun), Worker({"note": note}))
    assert len(await left()) == 1


async def test_a_failing_job_is_tried_again_and_then_kept_for_people_to_see() -> None:
    tries: list[int] = []

    async def fail(task: Task) -> None:
        tries.append(task.attempt)
        await rows("UPDATE jobs SET due_at = now() WHERE id = $1", task.id)
        raise ValueError("no good")

    await jobs.enqueue("fail", {}, max_attempts=2)

    async def given_up() -> bool:
        await rows("UPDATE jobs SET due_at = now() WHERE failed_at IS NULL")
        return (await left())[0]["failed_at"] is not None

    await work_until(given_up, Worker({"fail": fail}))
    (job,) = await left()
    assert tries == [1, 2]
    assert "no good" in job["error"]


async def test_a_worker_that_slept_past_its_lease_may_write_nothing_any_more() -> None:
    await jobs.enqueue("slow", {})
    await rows("UPDATE jobs SET attempts = 2, leased_by = $1, leased_until = now()", uuid.uuid4())
    (job,) = await left()
    late = Task(job["id"], 0, "slow", {}, attempt=1, last=False, worker=uuid.uuid4())
    with pytest.raises(LostLease):
        async with late.completing():
            await jobs.enqueue("effect", {})
    assert [one["kind"] for one in await left()] == ["slow"]


async def test_what_a_dead_worker_held_is_done_by_another_after_its_lease() -> None:
    done: list[int] = []

    async def note(task: Task) -> None:
        done.append(task.attempt)

    await jobs.enqueue("note", {})
    await rows("UPDATE jobs SET attempts = 1, leased_by = $1, leased_until = now() - interval '1 second'", uuid.uuid4())
    await work_until(nothing_left, Worker({"note": note}))
    assert done == [2]


async def test_a_stopped_worker_gives_back_what_it_could_not_finish() -> None:
    begun = asyncio.Event()

    async def endless(_task: Task) -> None:
        begun.set()
        await asyncio.Event().wait()

    await jobs.enqueue("endless", {})
    worker, stop = Worker({"endless": endless}), asyncio.Event()
    working = asyncio.create_task(worker.run(stop, grace=0.01))
    await begun.wait()
    stop.set()
    await working
    (job,) = await left()
    assert (job["attempts"], job["leased_by"]) == (0, None)


async def test_a_new_job_wakes_a_sleeping_worker(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.core.worker.POLL", 90.0)
    woken = asyncio.Event()

    async def note(_task: Task) -> None:
        woken.set()

    async def connect() -> asyncpg.Connection[Any]:
        return await asyncpg.connect(**credentials(database))

    worker, stop = Worker({"note": note}), asyncio.Event()
    working = asyncio.gather(worker.run(stop), listen(worker, connect, stop))
    await jobs.enqueue("note", {})
    async with asyncio.timeout(30):  # less than the pause between two looks
        await woken.wait()
    stop.set()
    await working


async def test_a_round_enqueues_the_next_one_and_a_second_start_adds_none() -> None:
    turns: list[int] = []

    async def work() -> None:
        turns.append(1)

    rounds = {"tick": (timedelta(hours=1), work)}
    await schedules.wind(rounds)
    await schedules.wind(rounds)
    assert len(await left()) == 1
    await rows("UPDATE jobs SET due_at = now(), key = 'earlier'")
    await work_until(lambda: bool(turns), Worker(schedules.handlers(rounds)))
    (following,) = await left()
    assert following["due_at"] > datetime.now(UTC)


async def test_a_round_begun_before_its_moment_by_our_clock_still_has_a_next_one() -> None:
    turns: list[int] = []

    async def work() -> None:
        turns.append(1)

    rounds = {"tick": (timedelta(hours=1), work)}
    await schedules.wind(rounds)
    (first,) = await left()
    await rows("UPDATE jobs SET due_at = now()")
    await work_until(lambda: bool(turns), Worker(schedules.handlers(rounds)))
    (following,) = await left()
    assert following["due_at"] == first["due_at"] + timedelta(hours=1)
