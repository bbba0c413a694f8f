"""A line between us and something we need, that can be cut, or go silent as through a firewall that drops packets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from app.database_url import credentials

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def to_postgresql(url: str) -> Line:
    """A line to the server that this address names."""
    there = credentials(url)

    async def reach() -> Streams:
        if there["host"].startswith("/"):
            return await asyncio.open_unix_connection(f"{there['host']}/.s.PGSQL.{there['port']}")
        return await asyncio.open_connection(there["host"], there["port"])

    return Line(reach)


def through(line: Line, url: str) -> str:
    """The address of the same database, at the end of the line."""
    found = credentials(url)
    password = f":{found['password']}" if found["password"] else ""
    return f"postgresql://{found['user']}{password}@127.0.0.1:{line.port}/{found['database']}"


class Line:
    """Carries bytes from a port of this machine to where `reach` leads."""

    def __init__(self, reach: Callable[[], Awaitable[Streams]]) -> None:
        self._reach = reach
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._talks = asyncio.Event()
        self.asked = 0  # pieces that somebody wanted carried
        self._fatal = b""
        self._cut_there = asyncio.Event()
        self.port = 0

    async def lay(self) -> None:
        """Listen, and carry."""
        self._talks.set()
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """End all connections, and refuse new ones."""
        assert self._server
        self._server.close()
        self._talks.set()
        for one in tuple(self._open):
            one.transport.abort()

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[None]:
        """For a while, nothing listens."""
        await self.cut()
        yield
        await self.lay()

    @asynccontextmanager
    async def silent(self) -> AsyncIterator[None]:
        """For a while, whoever connects is connected, and hears nothing."""
        self._talks.clear()
        yield
        self._talks.set()

    @asynccontextmanager
    async def cut_at(self, word: bytes) -> AsyncIterator[asyncio.Event]:
        """For a while, the first piece with this word does not arrive, and with it all lines are cut."""
        self._fatal, self._cut_there = word, asyncio.Event()
        yield self._cut_there
        await self._cut_there.wait()
        await self.lay()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            self.asked += 1
            await self._talks.wait()
            there, onward = await self._reach()
            self._open.add(onward)
            await asyncio.gather(self._pass(reader, onward), self._pass(there, writer))
        except OSError:
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(65536):
                self.asked += 1
                await self._talks.wait()
                if self._fatal and self._fatal in piece:
                    self._fatal = b""
                    await self.cut()
                    self._cut_there.set()
                    return
                target.write(piece)
                await target.drain()
        target.close()
        self._open.discard(target)
