"""A line between us and something we need, that can be cut, or go silent as through a firewall that drops packets."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Line:
    """Carries bytes from a port of this machine to where `reach` leads."""

    def __init__(self, reach: Callable[[], Awaitable[Streams]]) -> None:
        self._reach = reach
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._talks = asyncio.Event()
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

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
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
                await self._talks.wait()
                target.write(piece)
                await target.drain()
        target.close()
        self._open.discard(target)
