"""Rate limits per caller, and the headers that report them."""

from __future__ import annotations

import time
from collections import Counter
from http import HTTPStatus
from typing import NamedTuple

from redis.asyncio import ConnectionPool

from locales import n
from services.core.rate_limits import Allowance, LimitResult, RateLimits
from web.frame.problems import Refused

MINUTE = 60  # seconds


class Plan(NamedTuple):
    """A limit with its name in the headers."""

    name: str
    allowance: Allowance


READ = Plan("read", Allowance(600, MINUTE))
WRITE = Plan("write", Allowance(60, MINUTE))
SIGN_IN = Plan("sign-in", Allowance(30, MINUTE))
SEARCH = Plan("search", Allowance(30, MINUTE))  # limits Discord calls, which Discord counts for the whole bot


class Allowances:
    """Counts requests: writes exactly across processes; reads, which are many, per process."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._shared = RateLimits(pool)
        self._reads: Counter[str] = Counter()
        self._until = 0.0

    async def use(self, plan: Plan, caller_id: str) -> dict[str, str]:
        """Count one request and return its headers; Refused (429) above the limit."""
        if plan is READ:
            return self.read(caller_id)
        return _told(plan, await self._shared.hit(plan.allowance, "web", plan.name, caller_id))

    async def may(self, allowance: Allowance, *what: str) -> bool:
        """Count something other than a request; False above its limit."""
        return (await self._shared.hit(allowance, "web", *what)).allowed

    def read(self, caller_id: str) -> dict[str, str]:
        """The same for a read, without a round trip to Redis."""
        now = time.time()
        if now >= self._until:
            self._reads.clear()
            self._until = now + MINUTE
        self._reads[caller_id] += 1
        left = READ.allowance.uses - self._reads[caller_id]
        return _told(READ, LimitResult(left >= 0, max(left, 0), self._until))


def _told(plan: Plan, hit: LimitResult) -> dict[str, str]:
    """The headers for a count, also sent with a refusal."""
    headers = _headers(plan, hit)
    if not hit.allowed:
        wait = _seconds_until(hit)
        raise Refused(
            HTTPStatus.TOO_MANY_REQUESTS,
            n(
                "Too many requests: the limit is {limit} per minute. Try again in {count} second.",
                "Too many requests: the limit is {limit} per minute. Try again in {count} seconds.",
                wait,
                limit=plan.allowance.uses,
            ),
            headers=headers | {"Retry-After": str(wait)},
        )
    return headers


def _headers(plan: Plan, hit: LimitResult) -> dict[str, str]:
    """RateLimit-Policy and RateLimit (IETF draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "RateLimit-Policy": f'"{plan.name}";q={plan.allowance.uses};w={plan.allowance.seconds}',
        "RateLimit": f'"{plan.name}";r={hit.left};t={_seconds_until(hit)}',
    }


def _seconds_until(hit: LimitResult) -> int:
    return max(1, int(hit.again - time.time()) + 1)
