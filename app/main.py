"""create_app(settings): the door for Discord, the pages beside it, and what happens at start and end.

What is heavy is imported where it is used: a machine that sleeps must answer the click that wakes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Settings
from interactions.endpoint import InteractionEndpoint, starting
from interactions.events import EventEndpoint
from interactions.wire import WireResponse
from web import health
from web.networks import address, within

if TYPE_CHECKING:
    from app.parts import Parts

OPENING = 0.02  # seconds in which the port opens before the imports take the processor
LAST_ANSWERS = 10.0  # seconds that a stop waits for late answers, for whoever stopped us kills us after thirty
HEALTH = ("/livez", "/readyz", "/metrics")
ANEW = 5.0  # seconds until work that failed by a fault of ours begins anew
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


def create_app(settings: Settings, *, with_worker: bool = False, stop: asyncio.Event | None = None) -> ASGIApp:
    """The whole web process as one ASGI app, doing jobs too if asked; ids, keys, database and secret must be set.

    Once `stop` is set it says that it is not ready any more, and goes on answering who comes nevertheless.
    """
    application_id, public_key = settings.discord_application_id, settings.discord_public_key
    if application_id is None or public_key is None or settings.database_url is None or settings.secret_key is None:
        raise ValueError("application id, public key, database and secret must be known before the door can open")
    told = stop or asyncio.Event()
    running = Running(settings, told)
    interactions = InteractionEndpoint(application_id, public_key, running.dispatch, _refused)
    events = EventEndpoint(application_id, public_key, running.handle_event, _refused)
    checks = Starlette(routes=_checks(settings, running, told.is_set), lifespan=_lifespan(running, with_worker))

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        # Every layer costs: Discord's doors stand before the router and its middleware.
        if scope["type"] == "http" and scope["path"] == "/interactions":
            await interactions(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == "/events":
            await events(scope, receive, send)
        elif scope["type"] == "lifespan" or scope["path"] in HEALTH:
            await checks(scope, receive, send)
        elif scope["type"] == "websocket":
            await (await running.parts()).sockets(scope, receive, send)
        else:
            await (await running.parts()).door(scope, receive, send)

    return app


def _lifespan(running: Running, with_worker: bool) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        running.load()
        kept_up = (Running.connect, _record, _watch, _hear, _know_rules, _know_languages, _report_refusals)
        does = [*kept_up, *([_work] if with_worker else [])]
        work = [asyncio.create_task(_kept_up(one, running)) for one in does]
        if running.settings.open_when_warm:
            await running.be_warm()
        yield
        await running.finish(work)

    return lifespan


def _build(settings: Settings) -> Parts:
    from app import parts, socket_protocol  # noqa: F401  (uvicorn names it; loaded now, or the first socket would wait)

    built = parts.build(settings)
    # What is loaded now stays: the collector need not look at it again with every few hundred requests.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    return built


async def _kept_up(work: Callable[[Running], Awaitable[None]], running: Running) -> None:
    """Do this beside everything else until the stop; after a fault of ours it begins anew, and is told."""
    await running.parts()
    while not running.stopping.is_set():
        try:
            await work(running)
        except Exception:
            import structlog

            structlog.get_logger(__name__).exception("background work failed and begins anew", work=work.__name__)
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


async def _know_languages(running: Running) -> None:
    await running.parts()
    from services.core import languages

    await languages.keep(running.stopping)


async def _report_refusals(running: Running) -> None:
    discord = (await running.parts()).discord
    from services.core import token_refusals

    await token_refusals.keep_reporting(lambda: discord.refused, running.stopping)


async def _work(running: Running) -> None:
    from app import worker

    ways = [asyncio.create_task(event.wait()) for event in (running.connected, running.stopping)]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    if running.connected.is_set():
        await worker.run(await running.parts(), running.stopping)


def _refused(why: str) -> None:
    from app import metrics

    metrics.request_refused(why)


def _exposition() -> bytes:
    from app import metrics

    return metrics.exposition()


def _checks(settings: Settings, running: Running, stopping: Callable[[], bool]) -> list[Route]:
    async def database() -> None:
        from app.database_errors import ReadOnly
        from services.core.transactions import rows

        if not running.warm.is_set():
            raise ConnectionError
        (row,) = await rows("SELECT current_setting('transaction_read_only') = 'on' AS read_only")
        if row["read_only"]:
            raise ReadOnly

    async def redis() -> None:
        await (await running.parts()).redis.ping()

    async def discord() -> None:
        # Not asked, only remembered: whoever looks at us often must not use up what Discord allows us.
        await running.parts()
        from app.start import TokenRefused
        from services.core import token_refusals

        if await token_refusals.known():
            raise TokenRefused

    def trusted(host: str) -> bool:
        known = address(host)
        return known is not None and (known.is_loopback or within(host, settings.trusted_proxies))

    checks = {"database": database, "redis": redis, "discord": discord}
    return health.routes(checks, stopping, _exposition, trusted)
