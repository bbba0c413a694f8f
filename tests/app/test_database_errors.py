"""Whatever PostgreSQL says, it is waited for with a log line or told in one sentence; nothing dies in silence."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urlsplit

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient
from structlog.testing import capture_logs

from app import cli, database
from app.database_errors import DatabaseError
from app.main import create_app
from app.settings import Settings
from services.core import jobs
from services.core.transactions import rows
from services.economy import leaderboard
from tests.app.installation import Installation
from tests.app.refusing import Server, told
from tests.support.bot import GUILD
from tests.support.lifespan import running
from tests.support.waiting import until

STARTING = ("57P03", "the database system is starting up")
REFUSALS = {
    STARTING: "is starting, stopping or recovering (the database system is starting up).",
    ("57P03", "the database system is shutting down"): "is starting, stopping or recovering",
    ("57P01", "terminating connection due to administrator command"): "ended the connection",
    ("53300", "sorry, too many clients already"): "has no connection left",
    ("53200", "out of memory"): "refused: out of memory (SQLSTATE 53200)",
    ("08P01", "server login failed: FATAL the database system is starting up"): "refused the connection: server login",
    ("08006", "pgbouncer cannot connect to server"): "ended the connection (pgbouncer cannot connect to server)",
    ("53100", "could not write init file: No space left on device"): "has no disk space left",
    ("28P01", 'password authentication failed for user "bot"'): "refused user",
    ("28000", 'no pg_hba.conf entry for host "10.0.0.1"'): "refused user",
    ("3D000", 'database "coins" does not exist'): "has no database",
    ("42501", "permission denied for database coins"): "make it the owner",
    ("XX000", "Tenant or user not found"): "refused: Tenant or user not found (SQLSTATE XX000)",
}
LASTING = {"53100", "28P01", "28000", "3D000", "42501", "XX000"}


@pytest.fixture
async def server(database_url: str) -> AsyncIterator[Server]:
    async with Server(database_url).standing() as way:
        yield way


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda refusal: f"{refusal[0]} {refusal[1][:20]}")
async def test_each_refusal_is_one_sentence_that_says_whether_waiting_helps(
    server: Server, refusal: tuple[str, str]
) -> None:
    server.refusal = refusal
    config = database.config(server.url)
    for attempt in (database.connect, database.upgrade, database.pending):
        with pytest.raises(DatabaseError) as caught:
            await attempt(config)
        assert str(caught.value).startswith(f"PostgreSQL at 127.0.0.1:{server.line.port} ")
        assert REFUSALS[refusal] in str(caught.value)
        assert caught.value.passing is (refusal[0] not in LASTING)


async def test_a_server_of_another_kind_is_one_sentence() -> None:
    async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak_http, "127.0.0.1", 0) as http:
        port = http.sockets[0].getsockname()[1]
        for mode in ("disable", "prefer", "require"):
            with pytest.raises(DatabaseError, match=f"^PostgreSQL at 127.0.0.1:{port} "):
                await database.connect(database.config(f"postgresql://bot@127.0.0.1:{port}/coins?sslmode={mode}"))


async def test_a_database_that_only_reads_is_named(
    database_url: str, migrated: asyncpg.Connection[asyncpg.Record]
) -> None:
    name = urlsplit(database_url).path[1:]
    await migrated.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        with pytest.raises(DatabaseError, match="is read-only") as caught:
            await database.connect(database.config(database_url))
    finally:
        await migrated.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert caught.value.passing


@pytest.mark.parametrize("refusal", [STARTING, ("28P01", "password authentication failed")], ids=lambda one: one[0])
async def test_a_web_process_waits_for_its_database_with_a_line_for_each_attempt(
    server: Server, settings: Settings, refusal: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PAUSES", (0.01,))
    server.refusal = refusal
    app = create_app(replace(settings, database_url=server.url))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://bot.test") as http:
        with capture_logs() as lines:
            await until(lambda: server.refused >= 3)
            assert (await http.get("/readyz")).status_code == 503
            server.refusal = None
            await until(lambda: _ready(http))
        assert len(told(lines)) >= 3
        assert REFUSALS.get(refusal, "refused user") in told(lines)[0]


async def test_a_web_process_stops_while_it_waits_for_its_database(server: Server, settings: Settings) -> None:
    server.refusal = STARTING
    async with asyncio.timeout(10), running(create_app(replace(settings, database_url=server.url))):
        await until(lambda: server.refused)


async def test_a_worker_waits_for_its_database_and_then_works(
    server: Server, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PAUSES", (0.01,))
    server.refusal = STARTING
    stop = asyncio.Event()
    there = replace(settings, database_url=server.url, redis_url="redis://127.0.0.1:9")
    with capture_logs() as lines:
        working = asyncio.create_task(cli.worker(there, stop))
        await until(lambda: server.refused >= 3)
        server.refusal = None
        await database.connect(database.config(server.url))
        await jobs.enqueue(leaderboard.MARK, {}, guild_id=GUILD, key="waited for")
        await until(_done)
        await database.close()
        stop.set()
        await working
    assert len(told(lines)) >= 3


async def test_migrating_waits_for_a_server_that_is_starting_and_not_for_a_wrong_password(
    server: Server, installation: Installation, database_url: str
) -> None:
    server.refusal = STARTING
    migrating = asyncio.create_task(asyncio.to_thread(installation.tatiana, "migrate", DATABASE_URL=server.url))
    await until(lambda: server.refused >= 2)
    server.refusal = None
    done = await migrating
    assert (done.returncode, done.stdout) == (0, "nothing to do\n")
    assert "no database yet" in done.stderr
    server.refusal = ("28P01", "password authentication failed")
    refused = await asyncio.to_thread(installation.tatiana, "migrate", DATABASE_URL=server.url)
    assert refused.returncode == 1
    assert refused.stderr.startswith("PostgreSQL at 127.0.0.1:")
    assert refused.stderr.count("\n") == 1


async def test_migrating_gives_up_on_a_server_that_is_not_there(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "PAUSES", (0.01,))
    monkeypatch.setattr(database, "MIGRATION_PATIENCE", 2.0)
    async with server.line.gone():
        with capture_logs() as lines, pytest.raises(DatabaseError, match="does not answer: start it or correct"):
            await database.upgrade_patiently(database.config(server.url))
    assert told(lines)


async def test_the_doctor_tells_what_the_database_says_without_waiting(
    server: Server, installation: Installation
) -> None:
    server.refusal = ("53300", "sorry, too many clients already")
    seen = await asyncio.to_thread(
        installation.tatiana, "doctor", DATABASE_URL=server.url, DISCORD_API_URL="http://127.0.0.1:9"
    )
    assert seen.returncode == 1
    assert "!!  Database   PostgreSQL at 127.0.0.1" in seen.stdout
    assert "has no connection left" in seen.stdout
    assert "Traceback" not in seen.stdout + seen.stderr


async def _ready(http: AsyncClient) -> bool:
    return (await http.get("/readyz")).is_success


async def _done() -> bool:
    return not await rows("SELECT FROM jobs WHERE key = 'waited for'")
