"""The arithmetic of one rate limit, as far as answers have told it. Every guess errs to the side of waiting."""

from __future__ import annotations

import math
from collections import deque

from discord_api.queues import Line

# Discord rounds its figures and its clock may run a little faster than ours.
MARGIN = 0.05
# Requests travel for different times, so those of one second can arrive closer together than they left.
GLOBAL_PERIOD = 1.1


class Bucket:
    """What is left of one rate limit. Until it has answered once, one request at a time asks it."""

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
        """Seconds until a request may be sent; infinite if an answer has to come first."""
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
        """Count one request as over."""
        self.in_flight -= 1
        self.line.tell()

    def learn(self, limit: int, remaining: int, reset_after: float, now: float) -> None:
        """Believe an answer's headers, but never more than what we have sent since allows."""
        left = remaining - self.in_flight
        self.remaining = min(self.remaining, left) if self.known else left
        self.known = True
        self.limit = max(limit, 1)
        self.window = max(self.window, reset_after)
        self._end_no_earlier_than(now + reset_after + MARGIN)

    def guess(self, now: float) -> None:
        """After an answer that told nothing: it may have opened a window that lasts as long as the last one."""
        if self.reset_at is None and self.window:
            self.reset_at = now + self.window + MARGIN

    def exhaust(self, until: float) -> None:
        """Send nothing before `until`: somebody else uses this bucket too."""
        self.contended = True
        self.remaining = 0
        self._end_no_earlier_than(until)

    def adopt(self, provisional: Bucket) -> None:
        """Take over what is under way in a bucket that turned out to be this one."""
        self.in_flight += provisional.in_flight
        self.remaining -= provisional.in_flight
        provisional.heir = self
        provisional.line.tell()

    def idle(self, now: float) -> bool:
        """True if forgetting it loses nothing."""
        return self.line.empty and not self.in_flight and (self.reset_at is None or now >= self.reset_at)

    def _renew(self) -> None:
        if self.contended:
            # Others may have been quicker: ask for what they left.
            self.limit, self.known, self.contended = 1, False, False
        # Those still under way may be counted in the new window, so they have their share of it.
        self.remaining = self.limit - self.in_flight
        self.reset_at = None

    def _end_no_earlier_than(self, moment: float) -> None:
        self.reset_at = moment if self.reset_at is None else max(self.reset_at, moment)


class GlobalLimit:
    """So many requests a second from the whole bot, and the pauses that Discord asks for."""

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
