"""The budget of 401, 403 and 429 responses: Discord blocks an address after 10,000 in ten minutes."""

from __future__ import annotations

import math
from collections import Counter, deque

from discord_api.routes import Route

PERIOD = 600.0
BUDGET = 40
# One guild where the bot lacks a role must not use up everyone's budget. A 429 passes by itself, so it is no
# reason to avoid a route for minutes.
SHARE = 5
# Calls with an interaction's own token have a person waiting, and such tokens fail individually.
INTERACTION_BUDGET = 200


class InvalidAnswers:
    """Counts invalid responses over ten minutes and says when to stop sending."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, str]] = deque()
        self._by_route: Counter[str] = Counter()

    def note(self, route: Route, now: float, *, lasting: bool) -> None:
        """Count one invalid response; a lasting one is likely to recur on the same route."""
        key = _key(route) if lasting else ""
        self._seen.append((now, key))
        self._by_route[key] += 1

    def wait(self, route: Route, now: float) -> float:
        """Seconds until this route may be called again; 0 while the budget lasts."""
        self._forget(now)
        budget = INTERACTION_BUDGET if route.interaction else BUDGET
        until = -math.inf
        if len(self._seen) >= budget:
            until = self._seen[-budget][0] + PERIOD
        if self._by_route[_key(route)] >= SHARE:
            own = [moment for moment, key in self._seen if key == _key(route)]
            until = max(until, own[-SHARE] + PERIOD)
        return max(0, until - now)

    def _forget(self, now: float) -> None:
        while self._seen and self._seen[0][0] <= now - PERIOD:
            _, key = self._seen.popleft()
            self._by_route[key] -= 1
            if not self._by_route[key]:
                del self._by_route[key]


def _key(route: Route) -> str:
    return f"{route.family} {route.top}"
