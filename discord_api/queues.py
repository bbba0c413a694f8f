"""A queue for callers who may go one at a time."""

from __future__ import annotations

import asyncio
import heapq
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Line:
    """Gives the turn to one caller at a time, lowest ticket first, so that a retry keeps its place."""

    def __init__(self) -> None:
        self._taken = False
        self._waiting: list[tuple[int, asyncio.Future[None]]] = []
        self._news = asyncio.Event()

    @property
    def empty(self) -> bool:
        """Whether nobody has the turn or waits for it."""
        return not self._taken

    @asynccontextmanager
    async def turn(self, ticket: int) -> AsyncIterator[None]:
        """Wait for the turn and hold it. A caller may be in a line only once."""
        if self._taken:
            await self._wait(ticket)
        self._taken = True
        try:
            yield
        finally:
            self._pass_on()

    async def nap(self, seconds: float) -> None:
        """Sleep while holding the turn, until the time has passed or `tell` is called."""
        self._news.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(None if seconds == math.inf else seconds):
                await self._news.wait()

    def tell(self) -> None:
        """Wake the holder of the turn, because something has changed."""
        self._news.set()

    async def _wait(self, ticket: int) -> None:
        place = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (ticket, place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._pass_on()  # the turn had just been given
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            _, place = heapq.heappop(self._waiting)
            if not place.done():
                place.set_result(None)
                return
        self._taken = False
