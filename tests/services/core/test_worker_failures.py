"""Jobs that fail: tried again, later each time, and given up where people see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.core import jobs, worker
from services.core.transactions import rows
from services.core.worker import LostLease, NotYet, Task, Worker
from tests.services.core.working import working
from tests.support.jobs_in_hand import in_hand
from tests.support.waiting import no_jobs, until

pytestmark = pytest.mark.usefixtures("database")


async def fail(_task: Task) -> None:
    raise ValueError("no good")


async def failed() -> bool:
    return bool(await rows("SELECT FROM jobs WHERE error IS NOT NULL"))


async def tried(attempts: int) -> None:
    """The job was tried so often before, by a worker that is dead."""
    await rows("UPDATE jobs SET attempts = $1, leased_until = now() - interval '1 second'", attempts)


async def now() -> datetime:
    (row,) = await rows("SELECT now() AS now")
    return row["now"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("attempt", "shortest", "longest"), [(1, 1.6, 2.4), (5, 25.6, 38.4), (12, 2880, 4320), (2000, 2880, 4320)]
)
@pytest.mark.parametrize("chance", [min, max])
async def test_each_pause_is_twice_as_long_as_the_last_up_to_about_an_hour(
    chance: Callable[..., float], attempt: int, shortest: float, longest: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "random", SimpleNamespace(uniform=chance))  # an end of the range that it picks from
    await jobs.enqueue("fail", {}, max_attempts=5000)
    await tried(attempt - 1)
    before = await now()
    async with working(Worker({"fail": fail})):
        await until(failed)
    (job,) = await rows("SELECT due_at FROM jobs")
    pause = timedelta(seconds=chance(shortest, longest))
    assert before + pause <= job["due_at"] <= await now() + pause


async def test_a_job_that_fails_at_its_last_attempt_is_given_up_and_its_server_is_told() -> None:
    await jobs.enqueue("fail", {}, guild_id=7, max_attempts=3)
    await tried(2)
    async with working(Worker({"fail": fail})):
        await until(failed)
    (job,) = await rows("SELECT id, attempts, failed_at, error FROM jobs")
    assert (job["attempts"], bool(job["failed_at"]), job["error"]) == (3, True, "ValueError('no good')")
    (act,) = await rows("SELECT guild_id, actor_id, action, target FROM audit_log")
    assert tuple(act.values()) == (7, 0, "job.failed", "fail")


async def test_a_job_may_succeed_at_its_last_attempt() -> None:
    done: list[tuple[int, bool]] = []

    async def note(task: Task) -> None:
        done.append((task.attempt, task.last))

    await jobs.enqueue("note", {}, max_attempts=3)
    await tried(2)
    async with working(Worker({"note": note})):
        await until(no_jobs)
    assert done == [(3, True)]


async def test_a_job_whose_worker_died_at_the_last_attempt_is_not_begun_again() -> None:
    begun: list[int] = []

    async def note(task: Task) -> None:
        begun.append(task.attempt)

    await jobs.enqueue("note", {}, guild_id=7, max_attempts=3)
    await tried(3)
    async with working(Worker({"note": note})):
        await until(failed)
    (job,) = await rows("SELECT failed_at, error FROM jobs")
    assert begun == []
    assert job["failed_at"]
    assert "died with this job too often" in job["error"]


async def test_no_server_is_told_of_our_own_work_that_was_given_up() -> None:
    await jobs.enqueue("fail", {}, max_attempts=1)
    async with working(Worker({"fail": fail})):
        await until(failed)
    assert await rows("SELECT FROM audit_log") == []


async def test_a_long_error_is_cut_in_the_table_and_more_in_the_log() -> None:
    async def fail_at_length(_task: Task) -> None:
        raise ValueError("x" * 5000)

    await jobs.enqueue("fail", {})
    with capture_logs() as lines:
        async with working(Worker({"fail": fail_at_length})):
            await until(failed)
    (job,) = await rows("SELECT error FROM jobs")
    (line,) = lines
    assert (line["event"], line["attempt"], line["given_up"]) == ("job failed", 1, False)
    assert (len(job["error"]), len(line["error"])) == (2000, 300)


async def test_a_job_that_another_worker_took_over_has_not_failed() -> None:
    async def overtaken(task: Task) -> None:
        await rows("UPDATE jobs SET attempts = attempts + 1")
        async with task.completing():
            pass

    lines: list[Any]
    await jobs.enqueue("slow", {}, guild_id=7)
    with capture_logs() as lines:
        async with working(Worker({"slow": overtaken})):
            await until(lambda: lines)
    assert [line["event"] for line in lines] == ["job taken over by another worker"]


async def test_a_job_that_has_to_wait_is_put_off_for_as_long_as_it_says_and_goes_on_where_it_was() -> None:
    known: list[dict[str, Any]] = []

    async def step_by_step(task: Task) -> None:
        known.append(dict(task.payload))
        if len(known) == 1:
            await task.keep(begun=True)
            raise NotYet("Discord is silent", 0.05)

    await jobs.enqueue("steps", {"case": 7}, guild_id=7, max_attempts=1_000)
    with capture_logs() as lines:
        async with working(Worker({"steps": step_by_step})):
            await until(no_jobs)
    assert known == [{"case": 7}, {"case": 7, "begun": True}]
    assert [line["event"] for line in lines] == ["job put off"]


async def test_a_worker_whose_job_was_taken_over_records_nothing_in_it() -> None:
    task = await in_hand(7, "steps", {"case": 7}, 1)
    await rows("UPDATE jobs SET attempts = 2")
    with pytest.raises(LostLease):
        await task.keep(begun=True)
    with pytest.raises(LostLease):
        async with task.holding():
            pytest.fail("another worker has it")
    assert [row["payload"] for row in await rows("SELECT payload FROM jobs")] == ['{"case": 7}']
