"""What every test may use: a real PostgreSQL with our migrations, and a clean database for each test."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace

import asyncpg
import pytest
from playwright.async_api import Browser
from redis.asyncio import Redis

from app import connections
from app import database as storage
from app import running as running_process
from app.main import create_app
from app.server import bind
from app.settings import Settings
from interactions import dispatch
from playground.client.acting import Play
from services.core import areas, promises, reserved, store
from services.economy import confirmations
from tests.support import databases, hypothesis_profile
from tests.support.behind import Gate, standing
from tests.support.bot import APPLICATION, KEY, Bot
from tests.support.chromium import chromium
from tests.support.lifespan import running
from tests.support.line import Line, through, to_postgresql
from tests.support.own_server import own_server
from tests.support.savings import save
from tests.support.steps import Held
from tests.support.whole import HOME, Served, Whole, everything
from web.frame import time_limit

DAY, LAST = 86_400, 30  # seconds
save()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run races, crashes and forgeries at their full size")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis_profile.load(full=config.getoption("--full"))
    # Who is told to stop still stops what it started, as with Ctrl-C.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_xdist_auto_num_workers() -> int:
    """One more than processors, since each often waits; no more than a Redis has databases."""
    return min((os.cpu_count() or 1) + 1, 16)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--full"):
        skip = pytest.mark.skip(reason="runs with --full only")
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(skip)


def pytest_runtest_setup() -> None:
    """Begin no test just before midnight in UTC: many ask more than once what day it is."""
    left = DAY - time.time() % DAY
    if left < LAST:
        time.sleep(left)


@pytest.fixture(scope="session")
def full(request: pytest.FixtureRequest) -> bool:
    """Whether this run is at full size; a tenth of it otherwise."""
    return bool(request.config.getoption("--full"))


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """A PostgreSQL server of this run alone, or the one that TEST_DATABASE_URL names."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    with own_server() as url:
        yield url


@pytest.fixture(scope="session")
async def migrated(server_url: str) -> AsyncIterator[asyncpg.Connection[asyncpg.Record]]:
    """A direct connection to a database made by the migrations, of this process alone."""
    async with databases.of_this_process(server_url) as direct:
        yield direct


@pytest.fixture
async def records(server_url: str) -> AsyncIterator[Line]:
    """A line to PostgreSQL that can fall silent or be cut; the whole test goes over it."""
    line = to_postgresql(server_url)
    await line.lay()
    yield line
    await line.cut()


@pytest.fixture
def database_url(empty_database: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database, for what connects by itself."""
    if "records" in request.fixturenames:
        return through(request.getfixturevalue("records"), empty_database)
    return empty_database


@pytest.fixture
async def empty_database(server_url: str, migrated: asyncpg.Connection[asyncpg.Record]) -> str:
    """The address of the database of this process, with nothing in it."""
    await databases.empty(migrated)
    return databases.address(server_url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[str]:
    """An empty database that models and services of this test use; many at once, nothing rolled back."""
    areas.forget()  # what one test chose is nothing to the next
    store.use(None)
    await storage.connect(storage.config(database_url))
    yield database_url
    await storage.close()


@pytest.fixture
def patient_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hundreds at once wait for one of ten connections as long as a busy machine takes."""
    monkeypatch.setattr(connections, "LONGEST_WAIT", 60)


@pytest.fixture(scope="session")
def redis_url() -> str | None:
    """A real Redis if this run has one, with a database for each process; otherwise each app brings its own."""
    given = os.environ.get("TEST_REDIS_URL")
    return f"{given}?db={os.environ.get('PYTEST_XDIST_WORKER', 'gw0').removeprefix('gw')}" if given else None


@pytest.fixture
async def settings(database_url: str, redis_url: str | None) -> Settings:
    """Settings of a web process whose Discord is nowhere."""
    if redis_url:  # what one test counted is nothing to the next
        async with Redis.from_url(redis_url) as redis:
            await redis.flushdb()
    return Settings(
        discord_application_id=APPLICATION,
        discord_public_key=bytes(KEY.verify_key),
        discord_bot_token="a bot token",
        discord_api_url="http://127.0.0.1:9/api/v10",
        database_url=database_url,
        redis_url=redis_url,
        secret_key="for tests only, and long enough for a secret",
    )


@pytest.fixture
def unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked before they spend much, for tests of what comes of spending."""
    monkeypatch.setattr(confirmations, "USUAL", confirmations.NEVER)


@pytest.fixture
def unhurried() -> Iterator[None]:
    """Nobody is told that it takes too long, for tests of what many at once come to, however busy the machine is."""
    # Not by the fixture `monkeypatch`: it would keep the test from running behind nginx.
    with pytest.MonkeyPatch.context() as patch:
        for deadline in (
            (dispatch, "PATIENCE"), (dispatch, "TOO_LATE"), (promises, "WITHIN"), (reserved, "WITHIN"),
            (time_limit, "LONGEST"),
        ):  # fmt: skip
            patch.setattr(*deadline, 60.0)
        yield


@pytest.fixture
def held() -> Iterator[Held]:
    """What holds the loop for too long; there must be nothing."""
    looked = Held()
    gc.collect()
    gc.freeze()
    yield looked
    gc.unfreeze()
    assert not looked.found, "\n".join(looked.found)


@pytest.fixture
async def bot(settings: Settings, database: str) -> AsyncIterator[Bot]:
    """People who use the real app, from a signed request to its answer."""
    app = create_app(replace(settings, open_when_warm=True))  # who comes earlier may be told to try again
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running_process, "LAST_ANSWERS", 0.0)  # they would go to a Discord that is nowhere
        async with running(app):
            people = Bot(app, KEY)
            yield people
            await people.close()


@pytest.fixture
def play(whole: Whole) -> Play:
    """The playground's people, with the whole bot behind its endpoint, and no network between."""
    return whole.play


@pytest.fixture(scope="session")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate | None]:
    """nginx with room for web processes behind it, if TEST_NGINX asks for that; it needs TEST_REDIS_URL too."""
    if not os.environ.get("TEST_NGINX"):
        yield None
        return
    with standing(tmp_path_factory.mktemp("nginx")) as gate:
        yield gate


@pytest.fixture
def gate(nginx: Gate | None, request: pytest.FixtureRequest) -> Gate | None:
    """The same, for a test that looks into no process of theirs; else the app is where the test is."""
    within = {"monkeypatch", "caplog", "capsys"}.intersection(request.fixturenames)
    return None if within or request.node.get_closest_marker("within") else nginx


@pytest.fixture
async def whole(settings: Settings, database: str, gate: Gate | None) -> AsyncIterator[Whole]:
    """The whole bot and a playground that knows of nothing else."""
    async with everything(settings, HOME, gate=gate) as made:
        yield made


@pytest.fixture
async def served(settings: Settings, database: str, gate: Gate | None) -> AsyncIterator[Served]:
    """The same, behind an address of its own."""
    if gate:
        async with everything(settings, gate.address, gate=gate) as made:
            yield Served(gate.address, made)
        return
    listening = bind("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    async with everything(settings, address, listening) as made:
        yield Served(address, made)


@pytest.fixture(scope="session")
async def chromium_process() -> AsyncIterator[Browser]:
    """The browser of this run, which takes longer to start than most tests in it."""
    async with chromium() as started:
        yield started


@pytest.fixture
async def browser(chromium_process: Browser) -> AsyncIterator[Browser]:
    """A browser without windows: no cookie and no cache is left from one test to the next."""
    yield chromium_process
    for context in chromium_process.contexts:
        await context.close()
