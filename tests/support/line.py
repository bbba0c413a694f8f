"""A TCP proxy that can be cut, or go silent like a firewall that drops packets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from app.database_url import credentials

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def to_postgresql(url: str) -> Line:
    """A proxy to the PostgreSQL server of this URL."""
    there = credentials(url)

    async def reach() -> Streams:
        if there["host"].startswith("/"):
            return await asyncio.open_unix_connection(f"{there['host']}/.s.PGSQL.{there['port']}")
        return await asyncio.open_connection(there["host"], there["port"])

    return Line(reach)


def through(line: Line, url: str) -> str:
    """The URL of the same database through the proxy."""
    found = credentials(url)
    password = f":{found['password']}" if found["password"] else ""
    return f"postgresql://{found['user']}{password}@127.0.0.1:{line.port}/{found['database']}"


class Line:
    """Forwards bytes from a local port to wherever `reach` connects."""

    def __init__(self, reach: Callable[[], Awaitable[Streams]]) -> None:
        self._reach = reach
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._talks = asyncio.Event()
        self.asked = 0  # chunks sent so far
        self._fatal = b""
        self._cut_there = asyncio.Event()
        self.port = 0

    async def lay(self) -> None:
        """Start listening."""
        self._talks.set()
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Close all connections and refuse new ones."""
        assert self._server
        self._server.close()
        self._talks.set()
        for one in tuple(self._open):
            one.transport.abort()

    @asynccontextmanager
    async def gone(self) -> AsyncIterator[None]:
        """Within the block, nothing listens."""
        await self.cut()
        yield
        await self.lay()

    @asynccontextmanager
    async def silent(self) -> AsyncIterator[None]:
        """Within the block, connections succeed but nothing arrives."""
        self._talks.clear()
        yield
        self._talks.set()

    @asynccontextmanager
    async def cut_at(self, word: bytes) -> AsyncIterator[asyncio.Event]:
        """Within the block, the first chunk with this word is dropped and all connections are cut."""
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
