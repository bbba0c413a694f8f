"""Discord's time in the playground, which can be moved forward."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

Follow = Callable[[timedelta], Awaitable[object]]


async def _alone(_ahead: timedelta) -> None:
    """Nobody follows: the bot, if there is one, keeps its own time."""


class Clock:
    """Real time plus `ahead`. `follow` takes the bot's clock along: it gets the new `ahead`."""

    def __init__(self, ahead: timedelta = timedelta(), follow: Follow = _alone) -> None:
        self.ahead = ahead
        self._follow = follow
        self._moving = asyncio.Lock()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def move(self, by: timedelta) -> None:
        """Move forward; the bot first, because it refuses what comes from its future."""
        async with self._moving:
            ahead = self.ahead + by
            await self._follow(ahead)
            self.ahead = ahead
