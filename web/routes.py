"""Every URL of ours but Discord's own doors and the health checks, on one page."""

from __future__ import annotations

from pathlib import Path

from redis.asyncio import ConnectionPool
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from web.frame.allowances import Allowances
from web.frame.door import Door, Observe
from web.pages import docs, servers, sign_in
from web.site import Site

PREFIX = "/api/v1"

API: list[Route] = []

PAGES: list[BaseRoute] = [
    Route("/login", sign_in.show, name="login"),
    Route("/login/start", sign_in.start, name="login-start"),
    Route("/login/callback", sign_in.callback, name="login-callback"),
    Route("/logout", sign_in.leave, methods=["POST"], name="logout"),
    Route("/servers", servers.index, name="servers"),
    Route("/sessions", sign_in.devices, name="sessions"),
    Route("/sessions/ended", sign_in.end, methods=["POST"], name="sessions-ended"),
    Route("/api/docs", docs.show, name="docs"),
]


def door(site: Site, pool: ConnectionPool, version: str, observe: Observe) -> ASGIApp:
    """All of them behind the one door."""
    router = Router(
        [
            *PAGES,
            Mount(PREFIX, routes=API, middleware=_across_origins(site)),
            Mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static"),
        ],
        redirect_slashes=False,
    )
    return Door(router, site, Allowances(pool), observe)


def _across_origins(site: Site) -> list[Middleware]:
    """Pages of the allowed origins may call the API with a token; cookies are never for them."""
    if not site.allowed_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=sorted(site.allowed_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match"],
            expose_headers=["ETag", "Location", "RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id"],
            max_age=600,
        )
    ]
