"""What a worker does while the database is away, and once it is back."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from structlog.testing import capture_logs

from app.database_url import credentials
from services.core import jobs, notifications, schedules, worker
from services.core.transactions import LOST, rows
from services.core.worker import Task, Worker, listen
from tests.services.core.working import nothing, working
from tests.support.waiting import no_jobs, until

pytestmark = pytest.mark.usefixtures("database")
POOL, EAR = "tatiana", "tatiana-ear"  # as what our connections are known to PostgreSQL
_EARS = "SELECT FROM pg_stat_activity WHERE application_name = $1 AND query = 'LISTEN \"jobs\"'"


async def test_when_the_database_is_back_jobs_go_on_and_are_heard_of_at_once(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    attempts: list[int] = []

    async def note(task: Task) -> None:
        done.append(task.payload["when"])

    async def connect() -> asyncpg.Connection[Any]:
        attempts.append(1)
        return await asyncpg.connect(**credentials(database), server_settings={"application_name": EAR})

    monkeypatch.setattr(worker, "POLL", 0.1)
    monkeypatch.setattr(notifications, "PAUSE", 0.1)
    it, stop = Worker({"note": note}), asyncio.Event()
    ear = asyncio.create_task(listen(it, connect, stop))
    async with working(it), away(database):
        attempts.clear()
        await until(lambda: len(attempts) == 3)  # by then both have met the closed door
    await jobs.enqueue("note", {"when": "after"})
    monkeypatch.setattr(worker, "POLL", 90.0)  # from now on only a notification is fast
    async with working(it):
        await until(no_jobs)
        await until(heard)
        await jobs.enqueue("note", {"when": "heard"})
        await until(no_jobs, seconds=30)
    stop.set()
    await ear
    assert done == ["after", "heard"]


async def test_while_the_database_is_away_a_worker_does_not_ask_for_jobs_all_the_time(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []

    async def connect() -> asyncpg.Connection[Any]:
        attempts.append(1)
        return await asyncpg.connect(**credentials(database), server_settings={"application_name": EAR})

    async def unasked(_task: Task) -> None: ...

    def told() -> int:
        return sum(line["event"] == "no jobs to be had" for line in lines)

    monkeypatch.setattr(worker, "POLL", 90.0)
    monkeypatch.setattr(notifications, "PAUSE", 0.05)
    it, stop = Worker({"note": unasked}), asyncio.Event()
    ear = asyncio.create_task(listen(it, connect, stop))
    with capture_logs() as lines:
        async with away(database), working(it):
            await until(told)
            attempts.clear()
            await until(lambda: len(attempts) == 3)  # long enough to ask again
            assert told() == 1
    stop.set()
    await ear


async def test_a_start_while_the_database_is_away_winds_the_clock_when_it_is_back(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def connect() -> asyncpg.Connection[Any]:
        return await asyncpg.connect(**credentials(database), server_settings={"application_name": EAR})

    monkeypatch.setattr(schedules, "PAUSE", 0.05)
    stop = asyncio.Event()
    ear = asyncio.create_task(listen(Worker({}), connect, stop))
    async with away(database):
        winding = asyncio.create_task(schedules.wind_patiently({"tick": (timedelta(hours=1), nothing)}, stop))
        assert await asyncio.wait({winding}, timeout=0.2) == (set(), {winding})
    await winding
    assert [job["kind"] for job in await rows("SELECT kind FROM jobs")] == ["tick"]
    stop.set()
    await ear


@contextlib.asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """The database throws out everybody of ours and lets nobody in, for long enough to be noticed."""
    name = urlsplit(url).path[1:]
    server = await asyncpg.connect(**(credentials(url) | {"database": "postgres"}))
    try:
        await until(heard)
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        thrown = await server.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = ANY($2)",
            name,
            [POOL, EAR],
        )
        assert len(thrown) >= 2
        with pytest.raises(LOST):
            await rows("SELECT 1")
        yield
    finally:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await server.close()


async def heard() -> bool:
    """Whether somebody listens."""
    return bool(await rows(_EARS, EAR))
