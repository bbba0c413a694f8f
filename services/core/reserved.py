"""A connection outside the pool, for writes that can't wait while the pool is exhausted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import asyncpg

from services.core.notifications import Connect

WITHIN = 0.4  # seconds for one use, not counting the wait for its turn

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[Any]"


@dataclass(slots=True)
class Reserved:
    """One connection, one use at a time; reconnects after a failure."""

    connect: Connect
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _connection: Connection | None = None

    async def open(self) -> None:
        """Connect ahead of time: under load, connecting takes too long."""
        async with asyncio.timeout(WITHIN):
            await self._connected()

    async def use(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `work` and return its result; after a TimeoutError its effect is undone or unknown."""
        async with self._turn:
            working = asyncio.create_task(self._do(work))
            # A cancel alone is not enough: its ROLLBACK would wait for a silent server.
            await asyncio.wait((working,), timeout=WITHIN)
            if working.done() and working.exception() is None:
                return working.result()
            self.close()
            if not working.done():
                working.cancel()
                # Whatever it ends with: the connection is gone already.
                await asyncio.gather(working, return_exceptions=True)
                raise TimeoutError("took too long")
            return working.result()

    def close(self) -> None:
        """Drop the connection, whatever the server does."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None

    async def _do(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        return await work(await self._connected())

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self.connect()
        return self._connection
