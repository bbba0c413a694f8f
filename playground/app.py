"""The playground as an ASGI app: Discord's REST interface, its CDN, and the page."""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from jinja2 import TemplateNotFound
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.templating import Jinja2Templates
from starlette.types import Scope

from playground.client.acting import Play
from playground.page import entering
from playground.page.hosts import OwnHosts
from playground.page.oauth import oauth_page_routes
from playground.page.ui import ui_routes
from playground.rest.cdn import media_routes
from playground.rest.routes import UNKNOWN_PATH, rest_app
from playground.world.cast import build
from playground.world.clock import Clock
from playground.world.entities import Json
from playground.world.identity import Identity
from playground.world.state import State

if TYPE_CHECKING:
    from playground.rest.spec import Spec

log = logging.getLogger(__name__)

_HERE = Path(__file__).parent / "page"


def create_playground(
    identity: Identity,
    spec: Path | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    *,
    strict: bool = True,
    url: str = "http://127.0.0.1:8081",
    redirect_uris: Iterable[str] = (),
    headings: Sequence[Json] = (),
    clock: Clock | None = None,
) -> Starlette:
    """Make a playground with its people in place and no commands registered.

    `spec` is Discord's OpenAPI file; if jsonschema-rs is installed, everything the bot sends is checked against it.
    `transport` leads to the bot's endpoint, for tests that run both in one process. `strict` also refuses
    what Discord accepts but a careful bot avoids: misspelt keys, and text without `allowed_mentions`.
    `url` is the address of this app, for links to its pictures and files.

    Discord groups its `/` menu by app. `headings` divide it further: each is a dictionary of `name`,
    `name_localizations`, `icon` and the names of its `commands`. All other commands stay under the bot's name.

    `clock` is the time, which the page can move forward; another one may begin ahead or take the bot along.

    `app.state.world` holds what exists; `app.state.play` acts in it (see `acting.py`).
    """
    world = build(identity.application_id, clock or Clock())
    state = State(identity, world, _client(transport), _spec(spec, strict), strict)
    state.origin_url = url.rstrip("/")
    state.headings = headings
    state.oauth.redirect_uris.extend(redirect_uris)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await state.aclose()

    app = Starlette(
        routes=[
            Route("/", _page),
            *ui_routes(state),
            *entering.entering_routes(state),
            *media_routes(state),
            *oauth_page_routes(state),
            Mount("/api/v10", app=rest_app(state)),
            Mount("/api", app=UNKNOWN_PATH),
            Mount("/static", app=_FreshFiles(directory=_HERE / "static", check_dir=False)),
        ],
        middleware=[Middleware(OwnHosts, urls=[state.origin_url])],
        lifespan=lifespan,
    )
    app.state.playground = state
    app.state.world = state.world
    app.state.play = Play(state)
    return app


def close_streams(app: Starlette) -> None:
    """End the pages' event streams, or a server that waits for open responses would never stop."""
    state: State = app.state.playground
    state.feed.close()


def _client(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    # The bot runs on the same machine, so a proxy from the environment must not be used.
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=50)
    return httpx.AsyncClient(transport=transport, trust_env=False, limits=limits)


def _spec(file: Path | None, strict: bool) -> Spec | None:
    if file is None:
        return None
    if importlib.util.find_spec("jsonschema_rs") is None:
        log.warning("jsonschema-rs is not installed, so nothing is checked against %s", file.name)
        return None
    from playground.rest import spec

    return spec.load(file, strict=strict)


# The page shows text from strangers, so it may only load and run its own files.
_PAGE_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

_templates = Jinja2Templates(directory=_HERE / "templates")


async def _page(request: Request) -> Response:
    if elsewhere := entering.by_its_own_name(request):
        return elsewhere
    try:
        answer = _templates.TemplateResponse(request, "index.html")
    except TemplateNotFound:
        return PlainTextResponse("The playground's page is missing; its REST interface is at /api/v10.", 404)
    answer.headers.update(_PAGE_HEADERS)
    return answer


class _FreshFiles(StaticFiles):
    """Static files that the browser revalidates each time, so that changes show on reload."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        answer.headers["Cache-Control"] = "no-cache"
        return answer
