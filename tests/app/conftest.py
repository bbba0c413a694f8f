"""An installation for each test, of which nothing is left afterwards, and a server that listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from app import http_connections, server
from app.connection_limits import ConnectionLimits
from app.server import bind, serve
from tests.app.installation import Installation
from tests.app.talking import echo, large


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path)
    yield made
    made.clean_up()


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch, stop: asyncio.Event) -> AsyncIterator[int]:
    monkeypatch.setattr(http_connections.Guarded, "patience", 0.1)
    listening = bind("127.0.0.1", 0)
    serving = asyncio.create_task(serve([(echo, listening)], stop=stop))
    yield int(listening.getsockname()[1])
    stop.set()
    await serving


@pytest.fixture
async def generous(monkeypatch: pytest.MonkeyPatch, stop: asyncio.Event) -> AsyncIterator[int]:
    """A server with large answers and a place for three connections of one address."""
    monkeypatch.setattr(http_connections.Guarded, "patience", 0.05)
    monkeypatch.setattr(server, "LOOK", 0.05)
    listening = bind("127.0.0.1", 0)
    serving = asyncio.create_task(serve([(large, listening)], stop=stop, crowd=ConnectionLimits(most=9)))
    yield int(listening.getsockname()[1])
    stop.set()
    await serving
