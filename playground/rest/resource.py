"""One path of Discord's API: an endpoint per method, and Discord's 405 for the others."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from playground.rest.errors import DiscordError

Endpoint = Callable[[Request], Awaitable[Response]]


class Resource:
    """An ASGI app that dispatches by method."""

    def __init__(self, endpoints: Mapping[str, Endpoint]) -> None:
        self._endpoints = endpoints

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = self._endpoints.get(scope["method"], self._refuse)
        response = await endpoint(Request(scope, receive))
        await response(scope, receive, send)

    async def _refuse(self, _: Request) -> Response:
        refused = DiscordError(405, 0, "405: Method Not Allowed")
        return JSONResponse(refused.body(), refused.status, {"Allow": ", ".join(sorted(self._endpoints))})
