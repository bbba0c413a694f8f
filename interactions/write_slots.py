"""How many commands change something at once: the rest wait their turn without a connection, and not without end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 8  # of the pool's ten connections, so that reads and pages always find one
MOST_WAITING = 2000  # about as many as are done while a "thinking…" is worth waiting for


class Admission:
    """First come, first served."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most = most_waiting
        self._inside = 0

    @property
    def full(self) -> bool:
        """Whether one more would wait too long."""
        return self._inside >= self._most

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a place, and hold it."""
        self._inside += 1
        try:
            async with self._places:
                yield
        finally:
            self._inside -= 1
