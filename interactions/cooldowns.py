"""How often one person may use a command, and how often anything at all."""

from __future__ import annotations

import time
from collections import Counter

from redis.asyncio import ConnectionPool

from interactions.declare import Cooldown
from locales import t
from services.core import store
from services.core.errors import Conflict
from services.core.rate_limits import Allowance, RateLimits

# Interactions of any kind by one person, in one process: far above what hands can do, far below what we can.
FLOOD, FLOOD_SECONDS = 500, 10


class TooSoon(Conflict):
    """The same again is possible a little later; the text says when."""


class Cooldowns:
    """Counts uses and refuses those above the allowance."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._limits = RateLimits(pool)
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

    async def use(self, user_id: int, name: str, cooldown: Cooldown, key: str) -> None:
        """Count one use of a command, or refuse it with the time of the next; the same `key` counts once."""
        if not await store.claim(f"use:{key}", cooldown.seconds):
            return
        hit = await self._limits.hit(Allowance(cooldown.uses, cooldown.seconds), str(user_id), name)
        if not hit.allowed:
            # A whole second later than the window's end, so that trying at that time works.
            raise TooSoon(t("That was quick! You can do this again <t:{again}:R>.", again=str(int(hit.again) + 1)))
