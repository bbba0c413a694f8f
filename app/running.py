"""A web process between its start and its end: what is loaded, connected, warm, and let go of."""

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


OPENING = 0.02  # seconds in which the port opens before the imports take the processor
LAST_ANSWERS = 10.0  # seconds that a stop waits for late answers, for whoever stopped us kills us after thirty
DATABASE_WITHIN = 15.0  # seconds that a closed port waits for the database at most, where it opens when all is warm
LOADED_WITHIN = 2.0  # seconds from the arrival of a click until it is answered that we are still starting
FIRST = 1.5  # seconds that the first to enter wait for the database


class Running:
    """What is there once everything is loaded; the door is open before that, and the first to enter wait for it."""

    def __init__(self, settings: Settings, stop: asyncio.Event) -> None:
        self.settings = settings
        self._stop = stop
        self.stopping = asyncio.Event()
        self.connected = asyncio.Event()
        self.warm = asyncio.Event()  # whoever comes now is answered as fast as ever
        self._loading: asyncio.Task[Parts] | None = None

    def load(self) -> None:
        """Import and build everything, off the loop, so that Discord's PING is answered meanwhile."""
        self._loading = asyncio.create_task(self._load())
        self._loading.add_done_callback(self._end_if_failed)

    def _end_if_failed(self, loading: asyncio.Task[Parts]) -> None:
        if not loading.cancelled() and (error := loading.exception()):
            import structlog

            structlog.get_logger(__name__).error("nothing can be answered, so this process ends", exc_info=error)
            self._stop.set()

    async def _load(self) -> Parts:
        await asyncio.sleep(OPENING)
        return await asyncio.to_thread(_build, self.settings)

    async def parts(self) -> Parts:
        """Everything that answers are made with."""
        assert self._loading is not None, "the lifespan has not begun"
        if self._loading.done():
            return self._loading.result()
        return await asyncio.shield(self._loading)

    async def parts_within(self, seconds: float) -> Parts | None:
        """The same, or None if it takes longer."""
        assert self._loading is not None, "the lifespan has not begun"
        if not self._loading.done():
            await asyncio.wait((self._loading,), timeout=max(0, seconds))
        return self._loading.result() if self._loading.done() else None

    async def dispatch(self, payload: dict[str, Any], arrived: float) -> WireResponse:
        """The answer to one interaction, which arrived then."""
        parts = await self.parts_within(arrived + LOADED_WITHIN - time.perf_counter())
        if parts is None:
            return starting(int(payload["id"]))
        if not self.connected.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(arrived + FIRST - time.perf_counter()):
                    await self.connected.wait()
        return await parts.dispatcher(payload, arrived)

    async def handle_event(self, event: dict[str, Any]) -> None:
        """Tell the areas of one webhook event, once there is a database to note it in."""
        await self.connected.wait()
        from services.core import areas

        await areas.handle_event(event)

    async def connect(self) -> None:
        """Open the database; a server that is away at our start is tried until it is there."""
        parts = await self.parts()
        from app import database

        assert self.settings.database_url is not None, "checked by create_app"
        if await database.connect_patiently(database.config(self.settings.database_url), self.stopping):
            self.connected.set()
            from app import warm_up

            await warm_up.up(parts)
            self.warm.set()

    async def be_warm(self) -> None:
        """Wait until then or until the stop, but for the database not for ever: while it is away, people must be told.

        However long the rest takes on a busy machine, whoever came meanwhile would be refused or answered too late.
        """
        assert self._loading is not None, "the lifespan has not begun"
        await asyncio.wait((self._loading,))
        if await self._before_the_stop(self.connected, DATABASE_WITHIN):
            await self._before_the_stop(self.warm)

    async def _before_the_stop(self, event: asyncio.Event, seconds: float | None = None) -> bool:
        """Wait for an event, until the stop or so long; whether it came."""
        ways = [asyncio.create_task(one.wait()) for one in (event, self._stop)]
        await asyncio.wait(ways, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        return event.is_set()

    async def finish(self, work: list[asyncio.Task[None]]) -> None:
        """Answer what was promised, write what was noted, then let go of everything."""
        from app import database
        from discord_api import current

        parts = await self.parts()
        await parts.dispatcher.deferral.drain(LAST_ANSWERS)
        parts.reserved.close()
        self.stopping.set()
        await asyncio.gather(*work)
        parts.live.close()
        await parts.discord.close()
        await current.oauth().close()
        await parts.redis.aclose()
        if self.connected.is_set():
            await database.close()


def _build(settings: Settings) -> Parts:
    from app import parts, socket_protocol  # noqa: F401  (uvicorn names it; loaded now, or the first socket would wait)

    built = parts.build(settings)
    # What is loaded now stays: the collector need not look at it again with every few hundred requests.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    return built
