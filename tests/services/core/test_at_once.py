"""Jobs that the process which adds them runs itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.core import at_once
from services.core.transactions import rows, transaction
from services.core.worker import Task, Worker
from tests.services.core.working import working
from tests.support.waiting import no_jobs, until

pytestmark = pytest.mark.usefixtures("database")


class Notes:
    """What was run, and by which worker."""

    def __init__(self) -> None:
        self.run: list[tuple[int, object]] = []

    def worker(self, **options: float) -> Worker:
        return Worker({"note": self.note}, **options)  # type: ignore[arg-type]

    async def note(self, task: Task) -> None:
        async with task.completing():
            self.run.append((task.payload["n"], task.worker))


@pytest.fixture
async def notes() -> AsyncIterator[Notes]:
    yield Notes()
    at_once.use(None)


async def _order(n: int) -> None:
    await at_once.enqueue("note", {"n": n}, guild_id=7, key=f"note:{n}", max_attempts=8)


async def test_a_job_runs_in_the_process_that_added_it_once_its_transaction_has_committed(notes: Notes) -> None:
    own = notes.worker()
    at_once.use(own)
    async with working(notes.worker()):
        async with transaction():
            await _order(1)
            await _order(1)  # one job, as the key says
            await asyncio.sleep(0)
            assert notes.run == []
        await until(no_jobs)
    assert notes.run == [(1, own.id)]


async def test_nothing_runs_if_the_transaction_rolls_back(notes: Notes) -> None:
    at_once.use(notes.worker())

    async def order_in_vain() -> None:
        async with transaction():
            await _order(1)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await order_in_vain()
    async with transaction():
        await _order(2)
    await until(no_jobs)
    assert [n for n, _ in notes.run] == [2]


async def test_another_worker_takes_over_when_the_lease_of_a_dead_process_ends(notes: Notes) -> None:
    dead, other = notes.worker(lease=0.2), notes.worker()
    at_once.use(dead)
    async with transaction():
        await _order(1)
        at_once.use(None)  # it dies right after its commit
    assert await rows("SELECT FROM jobs WHERE leased_by = $1", dead.id)
    async with working(other):
        await until(no_jobs)
    assert notes.run == [(1, other.id)]


async def test_a_busy_process_and_one_that_ends_leave_their_jobs_to_others(notes: Notes) -> None:
    at_once.use(notes.worker(slots=0))
    await _order(1)
    at_once.use(None)
    await _order(2)
    other = notes.worker()
    async with working(other):
        await until(no_jobs)
    assert sorted(notes.run) == [(1, other.id), (2, other.id)]


async def test_a_process_that_ends_gives_back_what_it_could_not_finish() -> None:
    begun = asyncio.Event()

    async def forever(_task: Task) -> None:
        begun.set()
        await asyncio.Event().wait()

    own = Worker({"note": forever})
    at_once.use(own)
    await _order(1)
    await begun.wait()
    at_once.use(None)
    await own.end(0)
    assert [job["leased_by"] for job in await rows("SELECT leased_by FROM jobs")] == [None]
