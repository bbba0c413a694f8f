"""People who are signed in at the API, and members whom the bot has met."""

from __future__ import annotations

import time
from typing import Any

from httpx import AsyncClient, Response

from playground.world.cast import HARBOUR
from services.analytics.usage import Recorder, Use
from services.identity import sessions
from tests.support.whole import HOME

SERVER = f"/api/v1/guilds/{HARBOUR}"


class Api:
    """Several people who are signed in."""

    def __init__(self, http: AsyncClient) -> None:
        self._http = http
        self._cookies: dict[int, str] = {}

    async def get(self, path: str, by: int, **query: Any) -> Response:
        return await self.call("GET", path, by, params=query or None)

    async def call(self, method: str, path: str, by: int, **more: Any) -> Response:
        if by not in self._cookies:
            self._cookies[by] = await sessions.start(by)
        headers = {"Cookie": f"session={self._cookies[by]}", "Origin": HOME, **more.pop("headers", {})}
        return await self._http.request(method, path, headers=headers, **more)


async def met(user_id: int, name: str, guild_id: int = HARBOUR) -> None:
    recorder = Recorder()
    recorder.add(Use(guild_id, user_id, name, None, "daily", 40, "answered", time.time()))
    await recorder.flush()
