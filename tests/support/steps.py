"""How long one step blocks the event loop, in CPU time, so that other load does not count."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

HELD = 0.05  # seconds


class Longest:
    """The longest step so far, in seconds."""

    seconds = 0.0


@contextmanager
def longest_step() -> Iterator[Longest]:
    """Measure every step of the loop within the block."""
    found = Longest()
    run = asyncio.Handle._run

    def measured(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        run(handle)
        found.seconds = max(found.seconds, time.thread_time() - began)

    asyncio.Handle._run = measured  # type: ignore[assignment, method-assign]
    try:
        yield found
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]


class Held:
    """Steps that blocked the loop for too long."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.most = 0.0

    async def look(self, name: str, act: Callable[[], Awaitable[Any]]) -> None:
        """Try up to three times, because a step may be slow by chance, for instance due to garbage collection."""
        seconds = []
        for _ in range(3):
            with longest_step() as step:
                await act()
            seconds.append(step.seconds)
            if step.seconds < HELD:
                break
        self.most = max(self.most, min(seconds))
        if min(seconds) >= HELD:
            self.found.append(f"{name}: {min(seconds) * 1000:.0f} ms")
