"""Rate limits: a bucket per route and resource, and a global limit of fifty calls a second."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limit:
    """The number of calls in a window, and its length; the first call starts the window."""

    calls: int
    seconds: float


EVERY_SECOND = Limit(50, 1.0)


@dataclass
class _Window:
    ends: float
    left: int


@dataclass(frozen=True)
class Verdict:
    """The headers to send, and the seconds to wait if the call is refused."""

    headers: Mapping[str, str]
    wait: float | None = None
    scope: str = "user"

    @property
    def body(self) -> dict[str, object]:
        message = "You are being rate limited."
        return {"message": message, "retry_after": round(self.wait or 0, 3), "global": self.scope == "global"}


@dataclass
class Rates:
    """The windows of all buckets; further calls in a full window get a 429 and don't extend it."""

    clock: Callable[[], float] = time.monotonic
    windows: dict[str, _Window] = field(default_factory=dict)

    def take(self, bucket: str, resource: str, limit: Limit, *, counts_globally: bool) -> Verdict:
        """Count a call against its bucket and, unless exempt, against the global limit."""
        now = self.clock()
        if counts_globally:
            wait = self._count("global", EVERY_SECOND, now)
            if wait is not None:
                headers = {"Retry-After": _whole(wait), "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
                return Verdict(headers, wait, "global")
        key = f"{bucket} {resource}"
        wait = self._count(key, limit, now)
        headers = self._headers(key, bucket, limit, now)
        if wait is None:
            return Verdict(headers)
        return Verdict({**headers, "Retry-After": _whole(wait), "X-RateLimit-Scope": "user"}, wait)

    def _count(self, key: str, limit: Limit, now: float) -> float | None:
        window = self.windows.get(key)
        if window is None or window.ends <= now:
            self._forget_ended(now)
            window = self.windows[key] = _Window(now + limit.seconds, limit.calls)
        if window.left == 0:
            return window.ends - now
        window.left -= 1
        return None

    def _forget_ended(self, now: float) -> None:
        if len(self.windows) > 1000:
            self.windows = {key: window for key, window in self.windows.items() if window.ends > now}

    def _headers(self, key: str, bucket: str, limit: Limit, now: float) -> dict[str, str]:
        window = self.windows[key]
        after = max(0.0, window.ends - now)
        return {
            "X-RateLimit-Limit": str(limit.calls),
            "X-RateLimit-Remaining": str(window.left),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(bucket.encode()).hexdigest()[:32],
        }


def _whole(seconds: float) -> str:
    return str(math.ceil(seconds))
