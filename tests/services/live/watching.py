"""Somebody who watches a guild and notes what is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from app.database_url import credentials
from services.live import Cursor, Event, Hub, Kind, Subscription, listening
from tests.support.bot import GUILD


def hub_of(url: str, **parameters: Any) -> Hub:
    """A hub as each web process has one, with no Redis between them."""

    async def connect() -> asyncpg.Connection[Any]:
        return await asyncpg.connect(**credentials(url))

    def listen(wake: Callable[[], None]) -> Awaitable[None]:
        return listening.listen(connect, wake, by_redis=False)

    return Hub(listen, **parameters)


class Eye:
    """A watcher with room for so many events, until somebody makes room."""

    def __init__(self, hub: Hub, size: int | None = None) -> None:
        self.hub, self.size = hub, size
        self.seen: list[Event] = []
        self.said: list[str] = []
        self.begun: Cursor | None = None
        self._room = asyncio.Event()
        self._watch: Subscription | None = None

    def watch(self, guild_id: int = GUILD, after: Cursor | None = None, kinds: frozenset[Kind] | None = None) -> None:
        self._watch = Subscription(guild_id, frozenset(Kind) if kinds is None else kinds, self, after)
        self.hub.join(self._watch)

    def close(self) -> None:
        assert self._watch is not None
        self.hub.leave(self._watch)

    @property
    def cursor(self) -> Cursor | None:
        """Where to go on."""
        return self.seen[-1].cursor if self.seen else self.begun

    def empty(self) -> None:
        """Make room."""
        self.size = None if self.size is None else self.size + 10
        self._room.set()

    def opened(self, watch: Subscription, *, reset: bool) -> None:
        self.begun = watch.position
        self.said.append("reset" if reset else "opened")

    def offer(self, event: Event) -> bool:
        if self.size is not None and len(self.seen) >= self.size:
            self._room.clear()
            return False
        self.seen.append(event)
        return True

    async def room(self) -> None:
        if self.size is not None:
            await self._room.wait()

    def away(self) -> None:
        self.said.append("away")

    def back(self) -> None:
        self.said.append("back")
