"""Cooldowns of commands, and a flood limit for all interactions."""

from __future__ import annotations

import time
from collections import Counter

from redis.asyncio import ConnectionPool

from interactions.declare import Cooldown
from locales import t
from services.core import store
from services.core.errors import Conflict
from services.core.rate_limits import Allowance, RateLimits

# Interactions of any kind by one person, per process: far more than hands can do, far less than we can handle.
FLOOD, FLOOD_SECONDS = 500, 10


class TooSoon(Conflict):
    """The command is on cooldown; the text says until when."""


class Cooldowns:
    """Counts uses and refuses those above the limit."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._limits = RateLimits(pool)
        # Every interaction passes here, so counting must not cost a round trip to Redis.
        self._seen: Counter[int] = Counter()
        self._window = 0.0

    def flood(self, user_id: int) -> None:
        """Refuse a person who sends far more interactions than hands can."""
        now = time.monotonic()
        if now > self._window:
            self._seen.clear()
            self._window = now + FLOOD_SECONDS
        self._seen[user_id] += 1
        if self._seen[user_id] > FLOOD:
            raise TooSoon(t("That was a lot at once! Please wait a few seconds and try again."))

    async def use(self, user_id: int, name: str, cooldown: Cooldown, key: str) -> None:
        """Count one use of a command, or refuse it with the time of the next; a repeated `key` counts once."""
        if not await store.claim(f"use:{key}", cooldown.seconds):
            return
        hit = await self._limits.hit(Allowance(cooldown.uses, cooldown.seconds), str(user_id), name)
        if not hit.allowed:
            # A full second after the window's end, so that trying at exactly that time works.
            raise TooSoon(t("Not so fast! You can do this again <t:{again}:R>.", again=str(int(hit.again) + 1)))
