"""Every URL of ours but Discord's own doors, on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.routing import Route

from web import health
from web.health import Check

NEEDED = frozenset({"database"})  # without Redis we serve on, with halved allowances


def routes(
    checks: Mapping[str, Check],
    stopping: Callable[[], bool],
    exposition: Callable[[], bytes],
    trusted: Callable[[str], bool],
) -> list[Route]:
    """The routes, given what readiness looks at, what is measured, and who may read that."""
    return [
        Route("/livez", health.livez),
        Route("/readyz", health.readyz(checks, NEEDED, stopping)),
        Route("/metrics", health.metrics(exposition, trusted)),
    ]
