"""The arithmetic of one rate limit, as learned from responses; guesses err on the side of waiting."""

from __future__ import annotations

import math
from collections import deque

from discord_api.queues import Line

# Discord rounds its figures, and its clock may be slightly ahead of ours.
MARGIN = 0.05
# Network delays vary, so requests can arrive closer together than they were sent.
GLOBAL_PERIOD = 1.1


class Bucket:
    """One rate limit. Until its first response, only one request at a time is sent."""

    def __init__(self) -> None:
        self.line = Line()
        self.heir: Bucket | None = None
        self.known = False
        self.contended = False
        self.limit = 1
        self.remaining = 1
        self.reset_at: float | None = None
        self.window = 0.0
        self.in_flight = 0

    def wait(self, now: float) -> float:
        """Seconds until a request may be sent; infinite if a response has to come first."""
        if self.reset_at is not None and now >= self.reset_at:
            self._renew()
        if self.remaining > 0:
            return 0
        if self.reset_at is not None:
            return self.reset_at - now
        return math.inf if self.in_flight else 0

    def take(self) -> None:
        """Count one request as sent."""
        self.remaining -= 1
        self.in_flight += 1

    def release(self) -> None:
        """Count one request as finished."""
        self.in_flight -= 1
        self.line.tell()

    def learn(self, limit: int, remaining: int, reset_after: float, now: float) -> None:
        """Learn from a response's headers, minus what was sent since."""
        left = remaining - self.in_flight
        self.remaining = min(self.remaining, left) if self.known else left
        self.known = True
        self.limit = max(limit, 1)
        self.window = max(self.window, reset_after)
        self._end_no_earlier_than(now + reset_after + MARGIN)

    def guess(self, now: float) -> None:
        """Handle a response without headers: it may have opened a window as long as the last one."""
        if self.reset_at is None and self.window:
            self.reset_at = now + self.window + MARGIN

    def exhaust(self, until: float) -> None:
        """Send nothing before `until`: someone else uses this bucket too."""
        self.contended = True
        self.remaining = 0
        self._end_no_earlier_than(until)

    def adopt(self, provisional: Bucket) -> None:
        """Take over the requests of a provisional bucket that turned out to be this one."""
        self.in_flight += provisional.in_flight
        self.remaining -= provisional.in_flight
        provisional.heir = self
        provisional.line.tell()

    def idle(self, now: float) -> bool:
        """Whether it can be dropped without losing anything."""
        return self.line.empty and not self.in_flight and (self.reset_at is None or now >= self.reset_at)

    def _renew(self) -> None:
        if self.contended:
            # Others may have been faster: ask what they left.
            self.limit, self.known, self.contended = 1, False, False
        # Requests under way may count in the new window, so they are reserved in it.
        self.remaining = self.limit - self.in_flight
        self.reset_at = None

    def _end_no_earlier_than(self, moment: float) -> None:
        self.reset_at = moment if self.reset_at is None else max(self.reset_at, moment)


class GlobalLimit:
    """The bot's global limit of requests per second, and pauses requested by Discord."""

    def __init__(self, rate: int) -> None:
        self.line = Line()
        self.paused_until = -math.inf
        self._sent: deque[float] = deque(maxlen=rate)

    def wait(self, now: float) -> float:
        """Seconds until the next request may be sent."""
        full = len(self._sent) == self._sent.maxlen
        free_at = self._sent[0] + GLOBAL_PERIOD if full else -math.inf
        return max(0, free_at - now, self.paused_until - now)

    def take(self, now: float) -> None:
        """Count one request as sent."""
        self._sent.append(now)

    def pause(self, until: float) -> None:
        """Send nothing before `until`."""
        self.paused_until = max(self.paused_until, until)
