"""The host names that the playground answers to."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

NEAR = frozenset({"localhost", "127.0.0.1", "::1"})


class OwnHosts:
    """Refuses other host names, so that no other site can reach the playground by DNS rebinding."""

    def __init__(self, app: ASGIApp, urls: Iterable[str]) -> None:
        self._app = app
        self._hosts = NEAR | {urlsplit(url).hostname for url in urls}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _host(scope) in self._hosts:
            await self._app(scope, receive, send)
            return
        refused = PlainTextResponse("The playground only answers on this machine. Open it as http://127.0.0.1.\n", 421)
        await refused(scope, receive, send)


def _host(scope: Scope) -> str | None:
    named = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    try:
        return urlsplit(f"//{named}").hostname
    except ValueError:
        return None
