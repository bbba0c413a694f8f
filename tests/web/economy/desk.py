"""People at the API of a server's economy, and what they send."""

from __future__ import annotations

import itertools
import json
from typing import Any

from httpx import AsyncClient, Response

from playground.world.cast import HARBOUR, MANAGER
from services.identity import sessions
from tests.support.whole import HOME

SERVER = f"/api/v1/guilds/{HARBOUR}"
_keys = itertools.count()


class Desk:
    """People at the API of the whole bot."""

    def __init__(self, http: AsyncClient) -> None:
        self.http = http
        self._cookies: dict[int, str] = {}

    async def get(self, path: str, by: int = MANAGER, **query: Any) -> Response:
        return await self.call("GET", path, by, params=query or None)

    async def post(self, path: str, body: Any, by: int = MANAGER, key: str | None = None) -> Response:
        headers = {"Idempotency-Key": key or f"fresh {next(_keys)}", "Content-Type": "application/json"}
        content = body if isinstance(body, bytes) else json.dumps(body)
        return await self.call("POST", path, by, content=content, headers=headers)

    async def put(self, path: str, body: Any, by: int = MANAGER) -> Response:
        return await self.call("PUT", path, by, json=body)

    async def delete(self, path: str, by: int = MANAGER) -> Response:
        return await self.call("DELETE", path, by)

    async def call(self, method: str, path: str, by: int, **more: Any) -> Response:
        if by not in self._cookies:
            self._cookies[by] = await sessions.start(by)
        headers = {"Cookie": f"session={self._cookies[by]}", "Origin": HOME, **more.pop("headers", {})}
        return await self.http.request(method, f"{SERVER}/{path}", headers=headers, **more)


def coins(user_id: int, amount: Any = 250, **more: Any) -> dict[str, Any]:
    return {"user_id": str(user_id), "coins": amount, **more}


def item(name: str = "Anchor", **more: Any) -> dict[str, Any]:
    return {"name": name, "price": 50, **more}
