"""What tests of the web door share: a desk for callers and a way to the app itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import pytest
from starlette.types import Message

from playground.world.cast import HARBOUR, MANAGER
from services.identity.authority import Role
from tests.support.browser import Browser, browser
from tests.support.callers import Caller, Desk, by_token, desk_of, known
from tests.support.whole import Whole

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
