"""Rate limiting of requests: nothing is sent into an empty bucket, and callers take turns.

A bucket is identified by Discord's id (by the route's method and template until it is known) and by the
path's top-level resource. Whether two routes share a bucket shows in their first responses; only until
then may each use what the other counts on.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from itertools import count
from typing import Literal

from discord_api.buckets import MARGIN, Bucket, GlobalLimit
from discord_api.errors import RateLimited, Unauthorized
from discord_api.invalid_answers import InvalidAnswers
from discord_api.routes import Route

Scope = Literal["user", "shared", "global", "cloudflare"]
# Every interaction has its own bucket: beyond this many, idle ones are dropped.
MANY_BUCKETS = 1000


class RateLimits:
    """All limits of one bot token in one process."""

    def __init__(self, *, per_second: int, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._tickets = count()
        self._names: dict[str, str] = {}
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._sweep_at = MANY_BUCKETS
        self._global = GlobalLimit(per_second)
        self._blocked_until = -math.inf
        self._invalid = InvalidAnswers()
        self._stopped = False

    def ticket(self) -> int:
        """A ticket for every line, for all attempts of one call."""
        return next(self._tickets)

    async def enter(self, route: Route, ticket: int, deadline: float) -> Bucket:
        """Wait until the request may be sent, immediately and once; RateLimited if that is past the deadline."""
        try:
            async with asyncio.timeout(max(0, deadline - self._clock())):
                while True:
                    bucket = self._find(route)
                    async with bucket.line.turn(ticket):
                        if await self._admitted(route, bucket, ticket, deadline):
                            return bucket
        except TimeoutError:
            raise RateLimited("The queue for Discord is too long", retry_after=1, scope="queue") from None

    def leave(self, route: Route, bucket: Bucket, headers: Mapping[str, str]) -> None:
        """Learn from a response's headers; none if no response came."""
        now = self._clock()
        if name := headers.get("x-ratelimit-bucket"):
            self._rename(route.family, name)
        while bucket.heir:
            bucket = bucket.heir
        bucket.release()
        left, after = number(headers.get("x-ratelimit-remaining")), number(headers.get("x-ratelimit-reset-after"))
        if left is None or after is None:
            bucket.guess(now)
        else:
            limit = number(headers.get("x-ratelimit-limit")) or 1
            self._find(route).learn(int(limit), int(left), after, now)

    def refused(self, route: Route, scope: Scope, retry_after: float) -> None:
        """Learn from a 429: what it covers stays closed for `retry_after` seconds."""
        until = self._clock() + retry_after + MARGIN
        if scope == "cloudflare":
            self._blocked_until = max(self._blocked_until, until)
        elif scope == "global":
            self._global.pause(until)
        if scope in {"user", "shared"} or route.interaction:
            # Calls with an interaction's own token skip the global limit, so their bucket has to hold them back.
            self._find(route).exhaust(until)
        if scope != "shared":
            self._invalid.note(route, self._clock(), lasting=False)

    def forbidden(self, route: Route) -> None:
        """Count a 401 or 403."""
        self._invalid.note(route, self._clock(), lasting=True)

    def stop(self) -> None:
        """Send nothing more with the bot token; waiting callers fail now."""
        self._stopped = True
        for bucket in self._buckets.values():
            bucket.line.tell()
        self._global.line.tell()

    def resume(self) -> None:
        """Allow sending with the bot token again."""
        self._stopped = False

    async def _admitted(self, route: Route, bucket: Bucket, ticket: int, deadline: float) -> bool:
        """Reserve a place in the bucket and the global limit; False if the route now belongs to another bucket."""
        while bucket is self._find(route):
            if wait := self._wait(route, bucket, deadline):
                await bucket.line.nap(wait)
            elif route.interaction:
                bucket.take()
                return True
            else:
                async with self._global.line.turn(ticket):
                    while not self._stopped and (wait := self._global.wait(self._clock())):
                        self._afford(wait, deadline, "global")
                        await self._global.line.nap(wait)
                    # Meanwhile a response may have closed the bucket, or revealed that it is another one.
                    if bucket is self._find(route) and not self._wait(route, bucket, deadline):
                        bucket.take()
                        self._global.take(self._clock())
                        return True
        return False

    def _wait(self, route: Route, bucket: Bucket, deadline: float) -> float:
        """Seconds until the bucket opens; raises if waiting is pointless."""
        now = self._clock()
        if self._stopped and not route.interaction:
            raise Unauthorized("Discord refused the bot token, so nothing more is sent with it", status=401)
        if brake := self._invalid.wait(route, now):
            raise RateLimited("Discord refused too much of late, so it is left alone", retry_after=brake, scope="brake")
        wait = max(0, bucket.wait(now), self._blocked_until - now)
        if wait != math.inf:
            self._afford(wait, deadline, "user")
        return wait

    def _afford(self, wait: float, deadline: float, scope: str) -> None:
        if self._clock() + wait > deadline:
            raise RateLimited("Discord wants to be left alone for a while", retry_after=wait, scope=scope)

    def _find(self, route: Route) -> Bucket:
        key = self._names.get(route.family, route.family), route.top
        bucket = self._buckets.get(key)
        if bucket is None:
            if len(self._buckets) >= self._sweep_at:
                self._sweep()
            bucket = self._buckets[key] = Bucket()
        return bucket

    def _rename(self, family: str, name: str) -> None:
        """Use Discord's id for all buckets of this route."""
        if self._names.get(family) == name:
            return
        self._names[family] = name
        for key in [key for key in self._buckets if key[0] == family]:
            provisional = self._buckets.pop(key)
            known = self._buckets.setdefault((name, key[1]), provisional)
            if known is not provisional:
                known.adopt(provisional)

    def _sweep(self) -> None:
        now = self._clock()
        self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.idle(now)}
        self._sweep_at = max(MANY_BUCKETS, 2 * len(self._buckets))


def number(text: object) -> float | None:
    """A finite, non-negative number from a header or body; None for anything else."""
    try:
        figure = float(text)  # type: ignore[arg-type]  # what float can't read is caught
    except (TypeError, ValueError):
        return None
    return figure if 0 <= figure < math.inf else None
