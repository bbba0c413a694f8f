"""create_app(settings): the ASGI app with Discord's endpoints, the pages and the API.

Heavy imports happen where they are used: a sleeping machine must answer the click that wakes it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from app import background
from app.running import Running
from app.settings import Settings
from interactions.endpoint import InteractionEndpoint
from interactions.events import EventEndpoint
from web import health
from web.networks import address, within

HEALTH = ("/livez", "/readyz", "/metrics")


def create_app(settings: Settings, *, with_worker: bool = False, stop: asyncio.Event | None = None) -> ASGIApp:
    """The whole web process as one ASGI app, optionally with a worker; ids, keys, database and secret must be set.

    Once `stop` is set it reports "not ready" but keeps answering requests.
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
        # Every layer costs time, so Discord's endpoints come before the router and its middleware.
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
        does = [*background.KEPT_UP, *([background.work] if with_worker else [])]
        work = [asyncio.create_task(background.keep_up(one, running)) for one in does]
        if running.settings.open_when_warm:
            await running.be_warm()
        yield
        await running.finish(work)

    return lifespan


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
        # From the cache only: frequent health checks must not use up our Discord rate limits.
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
