"""A loop that was held up is noticed."""

from __future__ import annotations

import asyncio
import time

from app import loop_lag


async def test_who_holds_the_loop_up_is_seen_and_an_end_is_at_once() -> None:
    stop, late = asyncio.Event(), asyncio.Queue[float]()
    watching = asyncio.create_task(loop_lag.watch(stop, late.put_nowait, every=0.05))
    await late.get()
    time.sleep(0.3)  # noqa: ASYNC251  (the fault that it is there to find)
    assert await late.get() > 0.2
    stop.set()
    async with asyncio.timeout(20):
        await watching
