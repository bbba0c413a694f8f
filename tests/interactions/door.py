"""A dispatcher that notes who got in, and requests to the endpoint in front of it."""

from __future__ import annotations

from typing import Any

import orjson
from httpx import ASGITransport, AsyncClient

from interactions.endpoint import InteractionEndpoint
from interactions.wire import WireResponse
from tests.support.bot import envelope

ALICE, GUILD = 1100000000000000001, 1200000000000000001


class Inside:
    """A dispatcher that notes who got in."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []

    async def __call__(self, payload: dict[str, Any], _arrived: float) -> WireResponse:
        self.seen.append(payload)
        return WireResponse(b'{"type":4,"data":{"content":"hello"}}')


def client(door: InteractionEndpoint) -> AsyncClient:
    return AsyncClient(transport=ASGITransport(door), base_url="http://bot.test")


def body(**changes: Any) -> bytes:
    return orjson.dumps(envelope(2, {"name": "ping", "type": 1}, ALICE, GUILD) | changes)
