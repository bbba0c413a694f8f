"""Starts and stops an ASGI app as a server does (ASGI: Lifespan Protocol)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp, Message, Receive, Scope, Send


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[None]:
    """The app between startup and shutdown; raises a failure of either."""
    told: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
    living = asyncio.ensure_future(app(scope, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    _expect(await said.get(), "lifespan.startup.complete")
    yield
    await told.put({"type": "lifespan.shutdown"})
    _expect(await said.get(), "lifespan.shutdown.complete")
    await living


def _expect(message: Message, wanted: str) -> None:
    if message["type"] != wanted:
        raise RuntimeError(message.get("message", message["type"]))


def started(app: ASGIApp) -> ASGIApp:
    """The same app for a server, whose lifespan is handled elsewhere."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        for moment in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{moment}.complete"})

    return inner
