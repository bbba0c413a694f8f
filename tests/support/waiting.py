"""Waiting for other tasks and processes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from httpx import AsyncClient, TransportError

from services.core.transactions import rows


async def until(true: Callable[[], Any | Awaitable[Any]], seconds: float = 60.0) -> None:
    """Wait until a condition is true; TimeoutError otherwise."""
    async with asyncio.timeout(seconds):
        while True:
            answer = true()
            if await answer if isinstance(answer, Awaitable) else answer:
                return
            await asyncio.sleep(0.005)


async def serves(http: AsyncClient) -> bool:
    """Whether the app answers and has finished starting."""
    try:
        return not (await http.get("/readyz")).is_server_error
    except TransportError:
        return False


async def no_jobs() -> bool:
    """Whether every job is done."""
    return not await rows("SELECT FROM jobs")
