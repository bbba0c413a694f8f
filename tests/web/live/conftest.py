"""A web process that listens, with the playground as its Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient
from starlette.types import ASGIApp

from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from playground.app import create_playground
from playground.world.identity import Identity
from tests.support.behind import Gate
from tests.support.lifespan import running, started
from tests.support.waiting import serves, until
from tests.support.whole import HOME
from tests.web.live.listening import Place, port_of


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def place(settings: Settings, database: str, stop: asyncio.Event, gate: Gate | None) -> AsyncIterator[Place]:
    identity, discords, gone = Identity.new(), bind("127.0.0.1", 0), asyncio.Event()
    api = f"http://127.0.0.1:{port_of(discords)}"
    world = create_playground(identity, None, url=api)
    known = replace(settings, discord_bot_token=identity.token, discord_api_url=f"{api}/api/v10", public_url=HOME)
    serving = asyncio.create_task(serve([(world, discords)], stop=gone))
    app = create_app(known)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url=HOME) as client:
        await until(lambda: serves(client))
        if gate:
            async with gate.webs(known):
                yield Place(f"ws://127.0.0.1:{gate.port}/ws", world.state.play, app)
        else:
            async with _served(app, stop) as port:
                yield Place(f"ws://127.0.0.1:{port}/ws", world.state.play, app)
    gone.set()
    await serving


@asynccontextmanager
async def _served(app: ASGIApp, stop: asyncio.Event) -> AsyncIterator[int]:
    """The app on a port until `stop`."""
    ours = bind("127.0.0.1", 0)
    serving = asyncio.create_task(serve([(started(app), ours)], stop=stop))
    yield port_of(ours)
    stop.set()
    await serving


@pytest.fixture
def address(place: Place) -> str:
    return place.address
