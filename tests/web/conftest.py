"""What tests of the web door share: a desk for callers, a way to the app itself, and one whose lines can be cut."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from threading import Thread

import pytest
from fakeredis import TcpFakeServer
from httpx import AsyncClient
from starlette.types import Message

from app import running as running_process
from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from playground.app import create_playground
from playground.world.cast import HARBOUR, MANAGER, OWNER
from playground.world.identity import Identity
from services.identity.authority import Role
from tests.support.bot import APPLICATION, KEY, Bot
from tests.support.browser import Browser, browser
from tests.support.callers import Caller, Desk, Patient, by_token, desk_of, known
from tests.support.lifespan import running, started
from tests.support.line import Line
from tests.support.waiting import serves, until
from tests.support.whole import HOME, Whole
from tests.web.outages import House

Send = Callable[..., Awaitable[int]]


@pytest.fixture
async def desk(whole: Whole) -> AsyncIterator[Desk]:
    """Where callers come to the API."""
    async with desk_of(whole) as one:
        yield one


@pytest.fixture
async def window(whole: Whole) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with browser(whole) as opened:
        yield opened


@pytest.fixture
async def manager(window: Browser) -> Browser:
    """A browser in which MANAGER is signed in."""
    await window.sign_in(MANAGER)
    return window


@pytest.fixture
async def admin(desk: Desk) -> Caller:
    """An admin of the harbour."""
    await known(desk.whole, MANAGER, HARBOUR)
    return await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})


@pytest.fixture
async def send(whole: Whole) -> Send:
    """One request to the app itself, so that nobody's client is measured with it."""

    async def one(method: str, path: str, headers: Mapping[str, str], body: bytes = b"", query: bytes = b"") -> int:
        arriving: list[Message] = [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]
        status = 0

        async def receive() -> Message:
            return arriving.pop(0) if arriving else {"type": "http.disconnect"}

        async def answered(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)

        said = [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in headers.items()]
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path,
            "raw_path": path.encode(), "root_path": "", "query_string": query, "headers": said,
            "client": ("127.0.0.1", 1), "server": ("bot.test", 80),
        }  # fmt: skip
        await whole.app(scope, receive, answered)
        return status

    return one


@pytest.fixture
def redis_port() -> Iterator[int]:
    server = TcpFakeServer(("127.0.0.1", 0))
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
async def memory(redis_port: int) -> AsyncIterator[Line]:
    """The line to Redis."""
    line = Line(lambda: asyncio.open_connection("127.0.0.1", redis_port))
    await line.lay()
    yield line
    await line.cut()


@pytest.fixture
async def house(
    settings: Settings, database: str, records: Line, memory: Line, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setattr(
        running_process, "LAST_ANSWERS", 0.1
    )  # what was promised while Discord was away need not be kept
    identity = Identity(APPLICATION, Identity.new().token, bytes(KEY))
    theirs, ours = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    page = f"http://127.0.0.1:{theirs.getsockname()[1]}"
    discord = Line(lambda: asyncio.open_connection("127.0.0.1", theirs.getsockname()[1]))
    await discord.lay()
    world = create_playground(identity, None, url=page, redirect_uris=[f"{HOME}/login/callback"])
    world.state.play._state.rates = Patient()
    app = create_app(
        replace(
            settings,
            discord_bot_token=identity.token,
            discord_client_secret=identity.client_secret,
            discord_api_url=f"http://127.0.0.1:{discord.port}/api/v10",
            discord_authorize_url=f"{page}/oauth2/authorize",
            redis_url=f"redis://127.0.0.1:{memory.port}",
            public_url=HOME,
        )
    )
    stop = asyncio.Event()
    outside = asyncio.create_task(serve([(world, theirs)], stop=stop))
    async with running(app), AsyncClient(base_url=f"http://127.0.0.1:{ours.getsockname()[1]}", timeout=20) as http:
        inside = asyncio.create_task(serve([(started(app), ours)], stop=stop))
        await until(lambda: serves(http))
        desk, bot = Desk(Whole(app, world.state.play), http), Bot(app, KEY)
        for user_id in (MANAGER, OWNER):
            await known(desk.whole, user_id)
        yield House(desk, bot, records, memory, discord)
        await bot.close()
        stop.set()
        await asyncio.gather(inside, outside)
    await discord.cut()
