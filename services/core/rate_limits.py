"""Rate limits: counted in Redis across processes, and per process while Redis is away."""

from __future__ import annotations

import time
from typing import NamedTuple

from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from redis.asyncio import ConnectionPool

from services.core import store

_NAMESPACE = "rate_limit"


class Allowance(NamedTuple):
    """A number of uses within a number of seconds."""

    uses: int
    seconds: int


class LimitResult(NamedTuple):
    """Whether a use was allowed, how many are left, and when the next is possible (Unix time)."""

    allowed: bool
    left: int
    again: float


class RateLimits:
    """Counts uses over a moving window, exact under concurrency; without Redis, each process allows half."""

    def __init__(self, pool: ConnectionPool) -> None:
        # The type names only coredis' pool; with this implementation it accepts redis-py's.
        storage = RedisStorage("async+redis://", implementation="redispy", connection_pool=pool)  # type: ignore[arg-type]
        self._shared = MovingWindowRateLimiter(storage)
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        self._items: dict[Allowance, RateLimitItemPerSecond] = {}

    async def hit(self, allowance: Allowance, *who: str) -> LimitResult:
        """Count one use by `who` and return what is left."""
        if not store.away():
            try:
                return await self._hit(self._shared, allowance, who)
            except store.FAULTS as error:
                store.failed(error)
        halved = Allowance(max(1, allowance.uses // 2), allowance.seconds)
        return await self._hit(self._alone, halved, who)

    async def _hit(self, limiter: RateLimiter, allowance: Allowance, who: tuple[str, ...]) -> LimitResult:
        item = self._items.setdefault(allowance, RateLimitItemPerSecond(*allowance, _NAMESPACE))
        allowed = await limiter.hit(item, *who)
        window = await limiter.get_window_stats(item, *who)
        return LimitResult(allowed, window.remaining, max(window.reset_time, time.time()))
