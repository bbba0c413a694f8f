"""How often one person may do something: shared through Redis where there is one, kept in this process otherwise."""

from __future__ import annotations

import time
from collections import Counter

import structlog
from limits import RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter, RateLimiter
from redis.asyncio import ConnectionPool
from redis.exceptions import RedisError

from interactions.declare import Cooldown
from locales import t
from services.errors import Conflict

log = structlog.get_logger(__name__)

# Interactions of any kind by one person, in one process: far above what hands can do, far below what we can.
FLOOD, FLOOD_SECONDS = 500, 10
_NAMESPACE = "rate_limit"


class TooSoon(Conflict):
    """The same again is possible a little later; the text says when."""


class Cooldowns:
    """Counts uses and refuses those above the allowance; with Redis gone each process allows half by itself."""

    def __init__(self, pool: ConnectionPool) -> None:
        storage = RedisStorage("async+redis://", implementation="redispy", connection_pool=pool)  # type: ignore[arg-type]
        self._shared = MovingWindowRateLimiter(storage)
        self._alone = FixedWindowRateLimiter(MemoryStorage())
        self._items: dict[tuple[int, int], RateLimitItemPerSecond] = {}
        # Every interaction passes here, so a count must not cost a way to Redis.
        self._seen: Counter[int] = Counter()
        self._window = 0.0

    def flood(self, user_id: int) -> None:
        """Refuse a person who sends far more than hands can."""
        now = time.monotonic()
        if now > self._window:
            self._seen.clear()
            self._window = now + FLOOD_SECONDS
        self._seen[user_id] += 1
        if self._seen[user_id] > FLOOD:
            raise TooSoon(t("That was a lot at once! Take a breath; I listen again in a few seconds."))

    async def use(self, user_id: int, name: str, cooldown: Cooldown) -> None:
        """Count one use of a command, or refuse it with the time of the next."""
        try:
            await self._hit(self._shared, cooldown.uses, cooldown.seconds, user_id, name)
        except (OSError, TimeoutError, RedisError) as error:
            log.warning("cooldowns without redis", error=type(error).__name__)
            await self._hit(self._alone, max(1, cooldown.uses // 2), cooldown.seconds, user_id, name)

    async def _hit(self, limiter: RateLimiter, uses: int, seconds: int, user_id: int, name: str) -> None:
        item = self._items.setdefault((uses, seconds), RateLimitItemPerSecond(uses, seconds, _NAMESPACE))
        if not await limiter.hit(item, str(user_id), name):
            window = await limiter.get_window_stats(item, str(user_id), name)
            # A whole second later than the window's end, so that trying at that time works.
            again = int(max(window.reset_time, time.time())) + 1
            raise TooSoon(t("That was quick! You can do this again <t:{again}:R>.", again=str(again)))
