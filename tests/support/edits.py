"""A minimal Discord for deferred responses: records the final message of each interaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from httpx import AsyncClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.server import bind, serve
from tests.support.bot import APPLICATION, Answer
from tests.support.waiting import serves


class Edits:
    """Current messages by interaction token; `log` has every version."""

    def __init__(self) -> None:
        self.shown: dict[str, Answer] = {}
        self.log: list[tuple[str, str]] = []
        self.url = ""

    async def change(self, request: Request) -> Response:
        """Handle an edit of the original response, or a follow-up."""
        return self._show(request, await request.json())

    async def remove(self, request: Request) -> Response:
        self.shown.pop(request.path_params["token"], None)
        return Response(status_code=204)

    def _show(self, request: Request, data: dict[str, Any]) -> Response:
        token = request.path_params["token"]
        self.shown[token] = Answer(200, 4, data)
        self.log.append((token, self.shown[token].content))
        return JSONResponse({"id": "1340000000000000009"})


@asynccontextmanager
async def keeping_edits() -> AsyncIterator[Edits]:
    """Run it on its own port."""
    edits, listening, stop = Edits(), bind("127.0.0.1", 0), asyncio.Event()
    hook = f"/api/v10/webhooks/{APPLICATION}/{{token}}"
    first = f"{hook}/messages/@original"
    world = Starlette(
        routes=[
            Route("/readyz", lambda _request: Response()),
            Route(first, edits.change, methods=["PATCH"]),
            Route(first, edits.remove, methods=["DELETE"]),
            Route(hook, edits.change, methods=["POST"]),
        ]
    )
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    edits.url = f"{address}/api/v10"
    serving = asyncio.create_task(serve([(world, listening)], stop=stop))
    async with AsyncClient(base_url=address) as http:
        while not await serves(http):  # noqa: ASYNC110  (nothing tells when a port is open)
            await asyncio.sleep(0.01)
    yield edits
    stop.set()
    await serving
