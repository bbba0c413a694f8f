"""Event streams for the page, one for each open window."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager

from playground.world.entities import Json

_MOST_WAITING = 1000
_KEEP_OPEN_SECONDS = 15.0


class Feed:
    """Sends each event to the people who may see it."""

    def __init__(self) -> None:
        self._listeners: list[tuple[int, asyncio.Queue[Json | None]]] = []
        self._closed = False

    def tell(self, event: Json, may_see: Callable[[int], bool] | None = None) -> None:
        """Send an event to everyone for whom `may_see(user id)` is true, or to everyone."""
        for user_id, queue in list(self._listeners):
            if may_see is not None and not may_see(user_id):
                continue
            if queue.full():
                # A page that stopped reading is disconnected; it reconnects and reloads.
                self._drop(queue)
            else:
                queue.put_nowait(event)

    def close(self) -> None:
        """End all streams, now and in future, so that a server that waits for open responses can stop."""
        self._closed = True
        for _, queue in list(self._listeners):
            self._drop(queue)

    @contextmanager
    def _listening(self, user_id: int) -> Iterator[asyncio.Queue[Json | None]]:
        queue: asyncio.Queue[Json | None] = asyncio.Queue(_MOST_WAITING + 1)
        self._listeners.append((user_id, queue))
        try:
            yield queue
        finally:
            self._listeners = [listener for listener in self._listeners if listener[1] is not queue]

    def _drop(self, queue: asyncio.Queue[Json | None]) -> None:
        self._listeners = [listener for listener in self._listeners if listener[1] is not queue]
        while queue.full():
            queue.get_nowait()
        queue.put_nowait(None)

    async def stream(self, user_id: int) -> AsyncIterator[str]:
        """One person's events as `text/event-stream`."""
        with self._listening(user_id) as queue:
            yield "retry: 1000\n: listening\n\n"
            while not self._closed:
                try:
                    event = await asyncio.wait_for(queue.get(), _KEEP_OPEN_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    return
                yield f"data: {json.dumps(event, separators=(',', ':'))}\n\n"
