"""Health checks and metrics: /livez, /readyz and /metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[None]]
PATIENCE = 1.0  # seconds per dependency
# Without Redis we keep serving, with halved rate limits; without a valid token, commands are still answered.
NEEDED = frozenset({"database"})
_UNCACHED = {"Cache-Control": "no-store"}
PASSED_ON = ("forwarded", "x-forwarded-for", "x-real-ip", "via")  # by a proxy, for someone else


def routes(
    checks: Mapping[str, Check],
    stopping: Callable[[], bool],
    exposition: Callable[[], bytes],
    trusted: Callable[[str], bool],
) -> list[Route]:
    """The routes, given readiness checks, metrics, and who may read them."""
    return [
        Route("/livez", livez),
        Route("/readyz", readyz(checks, NEEDED, stopping)),
        Route("/metrics", metrics(exposition, trusted)),
    ]


async def livez(_request: Request) -> Response:
    """The process is alive; checks nothing else, so that no outage elsewhere restarts it."""
    return PlainTextResponse("alive", headers=_UNCACHED)


def readyz(
    checks: Mapping[str, Check], needed: frozenset[str], stopping: Callable[[], bool]
) -> Callable[[Request], Awaitable[Response]]:
    """Each dependency by name; 503 while a needed one does not answer, and once we are stopping.

    Changes are logged, so that an outage shows even if nobody clicks; until everything is ready for the first time,
    there is no change to log.
    """
    last: dict[str, str] = {}

    async def endpoint(_request: Request) -> Response:
        if stopping():
            return JSONResponse({"ready": False, "stopping": True}, 503, _UNCACHED)
        found = dict(zip(checks, await asyncio.gather(*(_state(check) for check in checks.values())), strict=True))
        ready = all(found[name] == "ok" for name in needed)
        if last or ready:
            for name in [name for name, state in found.items() if state != last.get(name, "ok")]:
                import structlog  # slow to import, and few changes

                structlog.get_logger(__name__).warning("a dependency changed", name=name, state=found[name])
            last.update(found)
        return JSONResponse({"ready": ready, **found}, 200 if ready else 503, _UNCACHED)

    return endpoint


def metrics(
    exposition: Callable[[], bytes], allowed: Callable[[str], bool]
) -> Callable[[Request], Awaitable[Response]]:
    """Metrics in Prometheus' text format, for this machine and trusted proxies only."""

    async def endpoint(request: Request) -> Response:
        passed_on = any(header in request.headers for header in PASSED_ON)
        if request.client is None or passed_on or not allowed(request.client.host):
            return PlainTextResponse("not found", 404, _UNCACHED)
        return Response(exposition(), headers=_UNCACHED, media_type="text/plain; version=0.0.4")

    return endpoint


async def _state(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            await check()
    except Exception as error:  # whatever the failure, it is not ready
        return type(error).__name__
    return "ok"
