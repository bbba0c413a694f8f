"""A worker's day: what it knows of a job, and how much it does at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog

from services.core import jobs, worker
from services.core.transactions import rows
from services.core.worker import Task, Worker
from tests.services.core.working import working
from tests.support.waiting import no_jobs, until

pytestmark = pytest.mark.usefixtures("database")


async def test_a_job_logs_under_the_request_that_caused_it_and_under_nothing_else() -> None:
    known: list[tuple[dict[str, Any], dict[str, Any]]] = []

    async def look(task: Task) -> None:
        known.append((structlog.contextvars.get_contextvars(), task.payload))

    with structlog.contextvars.bound_contextvars(request_id="12ab", command="pay"):
        await jobs.enqueue("look", {"coins": 5})
    await jobs.enqueue("look", {"coins": 6})
    first, second = [job["id"] for job in await rows("SELECT id FROM jobs ORDER BY id")]
    # Whoever starts the worker may be in the middle of something else.
    with structlog.contextvars.bound_contextvars(request_id="starter"):
        async with working(Worker({"look": look})):
            await until(no_jobs)
    assert sorted(known, key=lambda one: one[0]["job"]) == [
        ({"job": first, "kind": "look", "request_id": "12ab"}, {"coins": 5}),
        ({"job": second, "kind": "look"}, {"coins": 6}),
    ]


async def test_what_a_job_orders_carries_the_same_request_on() -> None:
    known: list[str] = []

    async def first(_task: Task) -> None:
        await jobs.enqueue("second", {})

    async def second(_task: Task) -> None:
        known.append(structlog.contextvars.get_contextvars()["request_id"])

    with structlog.contextvars.bound_contextvars(request_id="12ab"):
        await jobs.enqueue("first", {})
    async with working(Worker({"first": first, "second": second})):
        await until(lambda: known)
    assert known == ["12ab"]


async def test_jobs_that_only_a_newer_release_knows_wait_for_it_unharmed() -> None:
    done: list[str] = []

    async def note(task: Task) -> None:
        done.append(task.kind)

    soon = datetime.now(UTC) - timedelta(seconds=5)
    for _ in range(20):  # more than there are slots, and due earlier
        await jobs.enqueue("of tomorrow", {}, at=soon)
    await jobs.enqueue("note", {})
    async with working(Worker({"note": note})):
        await until(lambda: done)
    assert [(job["kind"], job["attempts"]) for job in await rows("SELECT * FROM jobs")] == [("of tomorrow", 0)] * 20
    async with working(Worker({"note": note, "of tomorrow": note})):
        await until(no_jobs)
    assert len(done) == 21


async def test_lateness_is_told_in_seconds_after_the_job_was_due() -> None:
    told: list[tuple[str, float]] = []

    await jobs.enqueue("nothing", {}, at=datetime.now(UTC) - timedelta(seconds=90))
    async with working(Worker({"nothing": _nothing}, observe=lambda kind, late: told.append((kind, late)))):
        await until(no_jobs)
    ((kind, late),) = told
    assert (kind, 90 <= late < 120) == ("nothing", True)


async def _nothing(_task: Task) -> None: ...


async def test_no_more_jobs_run_at_once_than_there_are_slots() -> None:
    now, most = 0, 0

    async def count(_task: Task) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await rows("SELECT pg_sleep(0.01)")
        now -= 1

    for _ in range(12):
        await jobs.enqueue("count", {})
    async with working(Worker({"count": count}, slots=3)):
        await until(no_jobs)
    assert most == 3


async def test_a_worker_takes_ten_jobs_at_once_for_half_a_minute_each() -> None:
    begun, finish = asyncio.Event(), asyncio.Event()

    async def hold(_task: Task) -> None:
        begun.set()
        await finish.wait()

    for _ in range(12):
        await jobs.enqueue("hold", {})
    before = await _now()
    async with working(Worker({"hold": hold})):
        await begun.wait()
        held = await rows("SELECT leased_until FROM jobs WHERE leased_by IS NOT NULL")
        after = await _now()
        finish.set()
        await until(no_jobs)
    assert len(held) == 10
    half = timedelta(seconds=30)
    assert all(before + half <= job["leased_until"] <= after + half for job in held)


async def _now() -> datetime:
    (row,) = await rows("SELECT now() AS now")
    return row["now"]  # type: ignore[no-any-return]


async def test_a_job_that_is_due_soon_does_not_wait_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "POLL", 90.0)
    await jobs.enqueue("nothing", {}, at=datetime.now(UTC) + timedelta(seconds=0.3))
    async with working(Worker({"nothing": _nothing})):
        await until(no_jobs, seconds=30)


async def test_a_worker_without_work_looks_every_five_seconds() -> None:
    assert await Worker({"nothing": _nothing})._pause() == 5.0


@pytest.mark.parametrize("busy", [True, False])
async def test_a_worker_that_waits_leaves_the_database_alone(busy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    begun, finish = asyncio.Event(), asyncio.Event()

    async def hold(_task: Task) -> None:
        begun.set()
        await finish.wait()

    async def counted(statement: str, *values: Any) -> Any:
        asked.append(statement)
        return await rows(statement, *values)

    monkeypatch.setattr(worker, "POLL", 90.0)
    monkeypatch.setattr(worker, "rows", counted)
    expected = [worker._CLAIM] if busy else [worker._CLAIM, worker._NEXT]
    for _ in range(2 if busy else 0):
        await jobs.enqueue("hold", {})
    async with working(Worker({"hold": hold}, slots=1)):
        await until(lambda: len(asked) >= len(expected) and (begun.is_set() or not busy))
        for _ in range(20):
            await rows("SELECT 1")
        assert asked == expected
        finish.set()
        await until(no_jobs)


async def test_a_job_longer_than_its_lease_is_left_to_whoever_works_on_it() -> None:
    begun: list[int] = []

    async def long(task: Task) -> None:
        begun.append(task.attempt)
        await asyncio.sleep(4.0)

    await jobs.enqueue("long", {})
    async with working(Worker({"long": long}, lease=3.0)), working(Worker({"long": long}, lease=3.0)):
        await until(no_jobs)
    assert begun == [1]


async def test_a_worker_renews_its_lease_when_a_third_of_it_has_passed() -> None:
    ends: set[datetime] = set()

    async def renewed() -> bool:
        ends.update(job["leased_until"] for job in await rows("SELECT leased_until FROM jobs"))
        return len(ends) > 1

    async def hold(_task: Task) -> None:
        await until(renewed)

    await jobs.enqueue("hold", {})
    async with working(Worker({"hold": hold}, lease=3.0)):
        await until(no_jobs)
    assert max(ends) - min(ends) >= timedelta(seconds=0.99)


async def test_a_stop_waits_for_what_is_running() -> None:
    begun, finished = asyncio.Event(), []

    async def short(_task: Task) -> None:
        begun.set()
        await rows("SELECT pg_sleep(0.1)")
        finished.append(1)

    await jobs.enqueue("short", {})
    async with working(Worker({"short": short})):
        await begun.wait()
    assert (finished, await rows("SELECT FROM jobs")) == ([1], [])


async def test_a_job_that_was_given_up_can_be_ordered_again() -> None:
    done: list[dict[str, Any]] = []

    async def note(task: Task) -> None:
        done.append(task.payload)

    await jobs.enqueue("note", {"try": 1}, guild_id=7, key="places")
    await rows("UPDATE jobs SET attempts = 8, failed_at = now(), error = 'no'")
    await jobs.enqueue("note", {"try": 2}, guild_id=7, key="places")
    async with working(Worker({"note": note})):
        await until(no_jobs)
    assert done == [{"try": 2}]


async def test_jobs_that_people_wait_for_do_not_queue_behind_a_batch() -> None:
    running: list[str] = []
    finish = asyncio.Event()

    async def hold(_task: Task) -> None:
        running.append("batch")
        await finish.wait()

    async def answer(_task: Task) -> None:
        running.append("answer")

    for _ in range(12):
        await jobs.enqueue("batch", {})
    busy = Worker({"batch": hold, "answer": answer}, slots=10, awaited={"answer"})
    async with working(busy):
        await until(lambda: len(running) == 6)
        await jobs.enqueue("answer", {})
        busy.wake()
        await until(lambda: "answer" in running)
        assert running.count("batch") == 6
        finish.set()
        await until(no_jobs)
    assert running.count("batch") == 12
