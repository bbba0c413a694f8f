"""How often one person may do something: shared through Redis where there is one, kept in this process otherwise."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter

from interactions.declare import Cooldown
from locales import t
from services.errors import Conflict

if TYPE_CHECKING:
    from redis.asyncio import ConnectionPool

log = structlog.get_logger(__name__)

FLOOD = Cooldown(uses=20, seconds=10)  # of anything, by one person, in one process
_NAMESPACE = "rate_limit"


class TooSoon(Conflict):
    """The same again is possible a little later; the text says when."""


class Cooldowns:
    """Counts uses and refuses those above the allowance; without Redis each process allows half."""

    def __init__(self, pool: ConnectionPool | None = None) -> None:
        memory = MemoryStorage()
        self._local = MovingWindowRateLimiter(memory)
        self._shared = MovingWindowRateLimiter(_redis(pool)) if pool else None
        self._items: dict[tuple[int, int], RateLimitItemPerSecond] = {}

    async def flood(self, user_id: int) -> None:
        """Refuse a person who sends far more than hands can."""
        await self._hit(self._local, FLOOD.uses, FLOOD.seconds, user_id, "all")

    async def use(self, user_id: int, name: str, cooldown: Cooldown) -> None:
        """Count one use of a command, or refuse it with the time of the next."""
        if self._shared is None:
            return await self._hit(self._local, cooldown.uses, cooldown.seconds, user_id, name)
        try:
            await self._hit(self._shared, cooldown.uses, cooldown.seconds, user_id, name)
        except (OSError, TimeoutError, _redis_error()) as error:
            log.warning("cooldowns without redis", error=type(error).__name__)
            await self._hit(self._local, max(1, cooldown.uses // 2), cooldown.seconds, user_id, name)

    async def _hit(self, limiter: MovingWindowRateLimiter, uses: int, seconds: int, user_id: int, name: str) -> None:
        item = self._items.get((uses, seconds))
        if item is None:
            item = self._items[uses, seconds] = RateLimitItemPerSecond(uses, seconds, _NAMESPACE)
        if not await limiter.hit(item, str(user_id), name):
            window = await limiter.get_window_stats(item, str(user_id), name)
            # A whole second later than the window's end, so that trying at that time works.
            again = int(max(window.reset_time, time.time())) + 1
            raise TooSoon(t("That was quick! You can do this again <t:{again}:R>.", again=str(again)))


def _redis(pool: ConnectionPool) -> Storage:
    from limits.aio.storage import RedisStorage

    return RedisStorage("async+redis://", implementation="redispy", connection_pool=pool)


def _redis_error() -> type[Exception]:
    from redis.exceptions import RedisError

    return RedisError
