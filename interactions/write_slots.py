"""A limit on concurrent writing commands; the rest queue without a database connection, for a bounded time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 8  # of the pool's ten connections, so that reads and pages always get one
MOST_WAITING = 2000  # about as many as finish while "thinking…" is worth waiting for


class Admission:
    """Slots, first come, first served."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most = most_waiting
        self._inside = 0

    @property
    def full(self) -> bool:
        """Whether another caller would wait too long."""
        return self._inside >= self._most

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a slot, and hold it."""
        self._inside += 1
        try:
            async with self._places:
                yield
        finally:
            self._inside -= 1
