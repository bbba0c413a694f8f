"""A web process that listens, with the playground as its Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient

from app import server
from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from playground.app import create_playground
from playground.identity import Identity
from tests.conftest import HOME
from tests.lifespan import running, started
from tests.waiting import until
from tests.web.sockets.listening import Place, port_of


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def place(
    settings: Settings, database: str, stop: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    monkeypatch.setattr(server, "CLOSING", 0.1)
    identity, ours, discords = Identity.new(), bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    api = f"http://127.0.0.1:{port_of(discords)}"
    world = create_playground(identity, None, url=api)
    known = replace(settings, discord_bot_token=identity.token, discord_api_url=f"{api}/api/v10", public_url=HOME)
    app = create_app(known)
    gone = asyncio.Event()
    serving = asyncio.create_task(serve([(world, discords)], stop=gone))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url=HOME) as client:
        await until(lambda: ready(client))
        sockets = asyncio.create_task(serve([(started(app), ours)], stop=stop))
        yield Place(f"ws://127.0.0.1:{port_of(ours)}/ws", world.state.play, app)
        stop.set()
        await sockets
    gone.set()
    await serving


async def ready(client: AsyncClient) -> bool:
    return (await client.get("/readyz")).is_success


@pytest.fixture
def address(place: Place) -> str:
    return place.address
