"""A web process that opens its port when everything is loaded and connected, so that a proxy asks another meanwhile."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient

from app import main
from app import running as running_process
from app.main import create_app
from app.server import bind
from app.settings import Settings
from tests.support.bot import KEY, Bot
from tests.support.lifespan import running
from tests.support.ports import free_port


async def test_who_opens_when_warm_is_ready_from_the_first_answer(settings: Settings, database: str) -> None:
    app = create_app(replace(settings, open_when_warm=True))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://bot.test") as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


async def test_who_opens_at_once_is_not_ready_before_it_is_warm(settings: Settings, database: str) -> None:
    app = create_app(settings)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://bot.test") as http:
        answer = await http.get("/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "ConnectionError")


def test_before_it_listens_a_port_refuses_and_belongs_to_us() -> None:
    taken, caller = bind("127.0.0.1", 0, listen=False), socket.socket()
    with taken, caller, pytest.raises(ConnectionRefusedError):
        caller.connect(taken.getsockname())


async def test_once_the_database_is_there_a_port_opens_when_all_is_warm_however_long_that_takes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_process, "DATABASE_WITHIN", 0)
    process = running_process.Running(settings, asyncio.Event())
    process.load()
    process.connected.set()
    opening = asyncio.create_task(process.be_warm())
    await process.parts()
    assert not (await asyncio.wait((opening,), timeout=0.1))[0]
    process.warm.set()
    await opening


async def test_a_stop_does_not_wait_for_warmth(settings: Settings) -> None:
    nowhere = f"postgresql://tatiana@127.0.0.1:{free_port()}/tatiana"
    stop = asyncio.Event()
    stop.set()
    app = create_app(replace(settings, database_url=nowhere, open_when_warm=True), stop=stop)
    async with asyncio.timeout(20), running(app):
        pass


async def test_a_click_long_before_everything_is_loaded_is_told_so(
    settings: Settings, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running_process, "LOADED_WITHIN", 0.0)
    monkeypatch.setattr(running_process, "OPENING", 0.5)
    app = main.create_app(settings)
    async with running(app):
        bot = Bot(app, KEY)
        answer = await bot.slash("daily")
        await bot.close()
    assert answer.private
    assert answer.content.startswith("I'm just starting up, so I can't tell yet whether this went through")
    assert "/transactions" in answer.content
