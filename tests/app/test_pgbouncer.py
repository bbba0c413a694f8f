"""Behind PgBouncer everything works, whatever it keeps between two transactions of ours."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from app import database
from app.main import create_app
from app.parts import connector
from app.settings import Settings
from services.core import jobs, notifications, worker
from services.core.transactions import rows, transaction
from services.core.worker import Task, Worker
from tests.app.installation import Installation
from tests.support.bot import KEY, Bot
from tests.support.lifespan import running
from tests.support.pgbouncer import pgbouncer, version
from tests.support.waiting import until

WAYS: dict[str, dict[str, str | int]] = {
    "transaction": {"pool_mode": "transaction"},
    "session": {"pool_mode": "session"},
    "without prepared statements": {"pool_mode": "transaction", "max_prepared_statements": 0},
    "with prepared statements": {"pool_mode": "transaction", "max_prepared_statements": 200},
}
TRACKS = (1, 21)  # the first version that can keep track of prepared statements
pytestmark = pytest.mark.skipif(not version(), reason="needs PgBouncer")


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """One of the ways in which it shares connections."""
    if "max_prepared_statements" in WAYS[request.param] and version() < TRACKS:
        pytest.skip(f"needs PgBouncer {TRACKS}")
    return str(request.param)


@pytest.fixture
def pooler(server_url: str, way: str, tmp_path: Path) -> Iterator[str]:
    with pgbouncer(server_url, tmp_path, **WAYS[way]) as url:
        yield url


@pytest.fixture
def direct_url(database_url: str) -> str:
    """The database of this test, without a pooler."""
    return database_url


@pytest.fixture
async def pooled(settings: Settings, pooler: str, direct_url: str) -> AsyncIterator[Settings]:
    """Settings as somebody has them who copied the pooler's address, with the pool open."""
    url = urlsplit(pooler)._replace(path=urlsplit(direct_url).path).geturl()
    await database.connect(database.config(url))
    yield replace(settings, database_url=url)
    await database.close()


@pytest.fixture
async def bot(pooled: Settings) -> AsyncIterator[Bot]:
    app = create_app(replace(pooled, open_when_warm=True))
    async with running(app):
        people = Bot(app, KEY)
        yield people
        await people.close()


async def test_a_hundred_clicks_have_their_effect(bot: Bot) -> None:
    async def click(member: int) -> None:
        await bot.slash("daily", by=member)
        await bot.slash("balance", by=member)

    for first in range(1000, 1050, 10):
        await asyncio.gather(*(click(member) for member in range(first, first + 10)))
    await until(_all_paid)  # one that took long may be paid after its first answer


async def test_what_a_transaction_sets_is_left_to_nobody(pooled: Settings, way: str) -> None:
    async def limits() -> tuple[str, str]:
        (row,) = await rows(
            "SELECT current_setting('statement_timeout') AS one,"
            " current_setting('idle_in_transaction_session_timeout') AS two"
        )
        return row["one"], row["two"]

    async def within() -> tuple[str, str]:
        async with transaction():
            return await limits()

    assert set(await asyncio.gather(*(within() for _ in range(30)))) == {("10s", "15s")}
    assert set(await asyncio.gather(*(limits() for _ in range(30)))) == {("0", "0")}


async def test_four_migrations_at_once_apply_each_step_once(pooler: str, way: str) -> None:
    url = urlsplit(pooler)._replace(path=f"/tatiana_pooled_{way.replace(' ', '_')}").geturl()
    await database.create(url)
    everything = await database.pending(database.config(url))
    runs = await asyncio.gather(*(database.upgrade(database.config(url)) for _ in range(4)))
    assert sorted(name for run in runs for name in run) == everything
    assert everything


async def test_a_new_job_is_done_soon_whether_notifications_arrive_or_not(
    pooled: Settings, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "POLL", 60.0)  # so that only a notification or a look helps
    monkeypatch.setattr(notifications, "PAUSE", 0.05)
    done = asyncio.Event()

    async def note(_task: Task) -> None:
        done.set()

    working, stop = Worker({"note": note}), asyncio.Event()
    with capture_logs() as lines:
        ear = asyncio.create_task(worker.listen(working, connector(str(pooled.session_url)), stop))
        run = asyncio.create_task(working.run(stop))
        deaf = way != "session"
        if deaf:
            await until(lambda: lines)
        await jobs.enqueue("note", {})
        await until(done.is_set)
        stop.set()
        await asyncio.gather(ear, run)
    assert [line["why"] for line in lines if line["log_level"] == "warning"] == [notifications.DEAF] * deaf


async def test_with_a_direct_address_notifications_arrive(pooled: Settings, direct_url: str) -> None:
    listening = await connector(str(replace(pooled, database_direct_url=direct_url).session_url))()
    try:
        assert await notifications.arrive(listening, lambda name: rows("SELECT pg_notify($1, '')", name))
    finally:
        listening.terminate()


async def test_the_doctor_says_what_the_pooler_keeps_from_us(
    pooled: Settings, way: str, direct_url: str, server_url: str, installation: Installation
) -> None:
    async def told(**environ: str) -> str:
        place = {"DATABASE_URL": str(pooled.database_url), "DISCORD_API_URL": "http://127.0.0.1:9"}
        seen = await asyncio.to_thread(installation.tatiana, "doctor", **place, **environ)
        (line,) = (line for line in seen.stdout.splitlines() if line[4:].startswith("Database"))
        return line

    alone = await told()
    assert alone.startswith("ok  Database   reachable through a pooler and up to date.")
    assert ("set DATABASE_DIRECT_URL" in alone) is (way != "session")
    assert (await told(DATABASE_DIRECT_URL=direct_url)).endswith("up to date.")
    assert (await told(DATABASE_DIRECT_URL=server_url)).startswith("!!  Database   Notifications sent through")


async def _all_paid() -> bool:
    return len(await rows("SELECT FROM transfers")) == 50
