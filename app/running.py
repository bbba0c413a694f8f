"""The life of a web process: loading, connecting, warming up, and shutting down."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from interactions.endpoint import starting
from interactions.wire import WireResponse

if TYPE_CHECKING:
    from app.parts import Parts
    from services.core.worker import Worker


OPENING = 0.02  # seconds for the port to open before imports occupy the processor
LAST_ANSWERS = 10.0  # seconds a stop waits for late responses; supervisors kill us after thirty
DATABASE_WITHIN = 15.0  # longest wait for the database in seconds, where the port opens only once warm
LOADED_WITHIN = 2.0  # seconds after which a click is answered with "still starting"
FIRST = 1.5  # seconds the first requests wait for the database


class Running:
    """State that exists once everything is loaded; the port opens earlier, and the first requests wait."""

    def __init__(self, settings: Settings, stop: asyncio.Event) -> None:
        self.settings = settings
        self._stop = stop
        self.stopping = asyncio.Event()
        self.connected = asyncio.Event()
        self.warm = asyncio.Event()  # from now on, requests are answered at full speed
        self._loading: asyncio.Task[tuple[Parts, Worker]] | None = None

    def load(self) -> None:
        """Import and build everything in a thread, so that Discord's PING is answered meanwhile."""
        self._loading = asyncio.create_task(self._load())
        self._loading.add_done_callback(self._end_if_failed)

    def _end_if_failed(self, loading: asyncio.Task[tuple[Parts, Worker]]) -> None:
        if not loading.cancelled() and (error := loading.exception()):
            import structlog

            structlog.get_logger(__name__).error("nothing can be answered, so this process ends", exc_info=error)
            self._stop.set()

    async def _load(self) -> tuple[Parts, Worker]:
        await asyncio.sleep(OPENING)
        return await asyncio.to_thread(_build, self.settings)

    async def parts(self) -> Parts:
        """Wait for the process's parts."""
        return (await self._loaded())[0]

    async def worker(self) -> Worker:
        """Wait for the process's worker: it runs what this process adds at once, and other jobs if it is told to."""
        return (await self._loaded())[1]

    async def _loaded(self) -> tuple[Parts, Worker]:
        assert self._loading is not None, "the lifespan has not begun"
        if self._loading.done():
            return self._loading.result()
        return await asyncio.shield(self._loading)

    async def parts_within(self, seconds: float) -> Parts | None:
        """The same, or None if it takes longer."""
        assert self._loading is not None, "the lifespan has not begun"
        if not self._loading.done():
            await asyncio.wait((self._loading,), timeout=max(0, seconds))
        return self._loading.result()[0] if self._loading.done() else None

    async def dispatch(self, payload: dict[str, Any], arrived: float) -> WireResponse:
        """The response to one interaction, which arrived at `arrived`."""
        parts = await self.parts_within(arrived + LOADED_WITHIN - time.perf_counter())
        if parts is None:
            return starting(int(payload["id"]))
        if not self.connected.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(arrived + FIRST - time.perf_counter()):
                    await self.connected.wait()
        return await parts.dispatcher(payload, arrived)

    async def handle_event(self, event: dict[str, Any]) -> None:
        """Handle one webhook event, once there is a database to record it in."""
        await self.connected.wait()
        from services.core import areas

        await areas.handle_event(event)

    async def connect(self) -> None:
        """Open the database, retrying until the server is there."""
        parts = await self.parts()
        from app import database

        assert self.settings.database_url is not None, "checked by create_app"
        if await database.connect_patiently(database.config(self.settings.database_url), self.stopping):
            self.connected.set()
            from app import warm_up

            await warm_up.up(parts)
            self.warm.set()

    async def be_warm(self) -> None:
        """Wait until warm or stopped, but not forever for the database: during an outage, people must get an answer.

        The rest has no time limit, because on a busy machine early requests would be refused or answered too late.
        """
        assert self._loading is not None, "the lifespan has not begun"
        await asyncio.wait((self._loading,))
        if await self._before_the_stop(self.connected, DATABASE_WITHIN):
            await self._before_the_stop(self.warm)

    async def _before_the_stop(self, event: asyncio.Event, seconds: float | None = None) -> bool:
        """Wait for an event, until the stop or a timeout; returns whether it came."""
        ways = [asyncio.create_task(one.wait()) for one in (event, self._stop)]
        await asyncio.wait(ways, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        return event.is_set()

    async def finish(self, work: list[asyncio.Task[None]]) -> None:
        """Deliver promised answers, flush what is buffered, then close everything."""
        from app import database
        from discord_api import current
        from services.core import at_once

        parts, worker = await self._loaded()
        await parts.dispatcher.deferral.drain(LAST_ANSWERS)
        parts.reserved.close()
        at_once.use(None)
        self.stopping.set()
        await asyncio.gather(worker.end(LAST_ANSWERS), *work)
        parts.live.close()
        await parts.discord.close()
        await current.oauth().close()
        await parts.redis.aclose()
        if self.connected.is_set():
            await database.close()


def _build(settings: Settings) -> tuple[Parts, Worker]:
    from app import (
        parts,
        socket_protocol,  # noqa: F401  (uvicorn names it; loaded now, or the first socket would wait)
        worker,
    )

    built = parts.build(settings)
    working = worker.build(built)
    # Everything loaded by now stays, so the garbage collector need not scan it again and again.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    return built, working
