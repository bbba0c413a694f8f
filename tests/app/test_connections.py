"""A pool that is used up, or whose server fell silent, holds nobody for long and is whole again afterwards."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app import connections, database
from app.database_url import credentials
from services.core.transactions import rows, transaction

SIZE = 2


class Line:
    """A way to the server that can fall silent in both directions without being closed."""

    def __init__(self, server: dict[str, Any]) -> None:
        self.server = server
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.threads: list[asyncio.Task[None]] = []

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await self._open()
        for one in (self._pass_on(reader, back), self._pass_on(there, writer)):
            self.threads.append(asyncio.create_task(one))

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self.server["host"], self.server["port"]
        if host.startswith("/"):
            return await asyncio.open_unix_connection(Path(host) / f".s.PGSQL.{port}")
        return await asyncio.open_connection(host, port)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while said := await reader.read(65536):
                await self.speaks.wait()
                writer.write(said)
        writer.close()


@pytest.fixture
async def line(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    """A line to the database of this test, with few connections and little patience."""
    monkeypatch.setattr(connections, "LONGEST_WAIT", 0.3)
    held = Line(credentials(database_url))
    async with await asyncio.start_server(held.accept, "127.0.0.1", 0) as listening:
        config = database.config(database_url, connections=SIZE)
        here = {"host": "127.0.0.1", "port": listening.sockets[0].getsockname()[1], "ssl": False}
        config["connections"]["default"]["credentials"] |= here | {"command_timeout": 0.3}
        await database.connect(config)
        yield held
        held.speaks.set()
        await database.close()
    await asyncio.gather(*held.threads)


async def begin(until: asyncio.Event, begun: asyncio.Barrier | None = None) -> None:
    """A transaction that lasts until then."""
    async with transaction():
        await rows("SELECT 1")
        if begun:
            await begun.wait()
        await until.wait()


async def whole() -> bool:
    """Whether as many can work at once as there are connections."""
    now = asyncio.Barrier(SIZE)

    async def one() -> None:
        async with transaction():
            await rows("SELECT 1")
            await now.wait()

    await asyncio.gather(*(one() for _ in range(SIZE)))
    return True


@pytest.mark.usefixtures("line")
async def test_who_finds_no_free_connection_hears_of_it_instead_of_waiting_for_ever() -> None:
    done, begun = asyncio.Event(), asyncio.Barrier(SIZE + 1)
    holding = [asyncio.create_task(begin(done, begun)) for _ in range(SIZE)]
    await begun.wait()
    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError):
            await rows("SELECT 1")
        with pytest.raises(TimeoutError):
            await begin(done)
        done.set()
        await asyncio.gather(*holding)
        assert await whole()


async def test_a_silent_server_holds_nobody_and_loses_no_connection(line: Line) -> None:
    assert await whole()
    line.speaks.clear()
    ended = asyncio.Event()
    ended.set()
    async with asyncio.timeout(10):
        tried = [*(begin(ended) for _ in range(3 * SIZE)), *(rows("SELECT 1") for _ in range(3 * SIZE))]
        results = await asyncio.gather(*tried, return_exceptions=True)
        assert {type(result) for result in results} == {TimeoutError}
        line.speaks.set()
        assert await whole()


@pytest.mark.usefixtures("line")
async def test_who_is_called_off_while_a_transaction_begins_leaves_the_connection_behind() -> None:
    ended = asyncio.Event()
    ended.set()
    for steps in range(12):
        task = asyncio.create_task(begin(ended))
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(5):  # less than PostgreSQL waits for a transaction that does nothing
        assert await whole()
