"""The event loop's lag: when the loop is late, everything is."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

EVERY = 0.5  # seconds


async def watch(stop: asyncio.Event, observe: Callable[[float], None], every: float = EVERY) -> None:
    """Report by how many seconds a timer was late, repeatedly until `stop`."""
    while not stop.is_set():
        due = time.monotonic() + every
        try:
            async with asyncio.timeout(every):
                await stop.wait()
        except TimeoutError:
            observe(max(0.0, time.monotonic() - due))
