"""Background tasks of a web process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from app.running import Running

ANEW = 5.0  # seconds until a crashed task is restarted


async def keep_up(task: Callable[[Running], Awaitable[None]], running: Running) -> None:
    """Run a task in the background until the stop; after a crash it is logged and restarted."""
    await running.parts()
    while not running.stopping.is_set():
        try:
            await task(running)
        except Exception:
            import structlog

            structlog.get_logger(__name__).exception("background work failed and begins anew", work=task.__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(ANEW):
                    await running.stopping.wait()
        else:
            return


async def _record(running: Running) -> None:
    await (await running.parts()).recorder.run(running.stopping)


async def _watch(running: Running) -> None:
    from app import loop_lag, metrics

    await loop_lag.watch(running.stopping, metrics.loop_late)


async def _hear(running: Running) -> None:
    from services.settings import cache

    await cache.listen(running.stopping)


async def _know_rules(running: Running) -> None:
    from services import permissions

    await permissions.keep(running.stopping)


async def _know_switches(running: Running) -> None:
    from services.settings import switch_cache

    await switch_cache.keep(running.stopping)


async def _know_languages(running: Running) -> None:
    await running.parts()
    from services.core import languages

    await languages.keep(running.stopping)


async def _report_refusals(running: Running) -> None:
    discord = (await running.parts()).discord
    from services.core import token_refusals

    await token_refusals.keep_reporting(lambda: discord.refused, running.stopping)


async def work(running: Running) -> None:
    """Run the worker once there is a database."""
    from app import worker

    ways = [asyncio.create_task(event.wait()) for event in (running.connected, running.stopping)]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    if running.connected.is_set():
        await worker.run(await running.parts(), await running.worker(), running.stopping)


KEPT_UP = (Running.connect, _record, _watch, _hear, _know_rules, _know_switches, _know_languages, _report_refusals)
