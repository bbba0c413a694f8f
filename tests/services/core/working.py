"""A worker at work, for as long as a test looks at it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from services.core.worker import Worker


@contextlib.asynccontextmanager
async def working(it: Worker, grace: float = 10.0) -> AsyncIterator[None]:
    """A worker that works as long as this block."""
    stop = asyncio.Event()
    running = asyncio.create_task(it.run(stop, grace))
    try:
        yield
    finally:
        stop.set()
        await running


async def nothing() -> None: ...
