"""When a failed request may be retried, and how long to wait."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import chain, repeat

from discord_api.answers import Answer
from discord_api.errors import DiscordError, RateLimited, Unavailable
from discord_api.rate_limits import Scope, number

ATTEMPTS = 5
FIRST_PAUSE = 0.5
# Seconds until a refused token is tried again: each refusal counts against our address, and most are permanent.
REFUSED_PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0)
# For a 429 without a duration, from Discord or from Cloudflare in front of it.
UNSAID = {"user": 1.0, "shared": 1.0, "global": 1.0, "cloudflare": 10.0}
SETS_STATE = frozenset({"GET", "PUT", "PATCH", "DELETE"})


def pause(error: DiscordError, attempt: int, *, may_repeat: bool) -> float | None:
    """Seconds until the next attempt; None if there must be none, because it may have happened."""
    if attempt >= ATTEMPTS:
        return None
    if isinstance(error, RateLimited):
        # A 429 from Discord waits in the queue, which knows how long; one from the queue has waited long enough.
        return 0 if error.status else None
    if isinstance(error, Unavailable) and (may_repeat or not error.effect_unknown):
        return FIRST_PAUSE * 2.0 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
    return None


def pauses_of_a_refused_token() -> Iterator[float]:
    """The pauses between attempts; the last one repeats forever."""
    return chain(REFUSED_PAUSES, repeat(REFUSED_PAUSES[-1]))


def rate_limited(answer: Answer) -> tuple[Scope, RateLimited]:
    """The scope of a 429, and its exception."""
    body = answer.json()
    told = answer.headers.get("x-ratelimit-scope")
    scope: Scope = "user"
    if not isinstance(body, dict):
        body, scope = {}, "cloudflare"
    elif body.get("global") or told == "global":
        scope = "global"
    elif told == "shared":
        scope = "shared"
    seconds = number(body.get("retry_after"))
    if seconds is None:
        seconds = number(answer.headers.get("retry-after"))
    if seconds is None:
        seconds = UNSAID[scope]
    code = body.get("code")
    error = RateLimited(
        "Discord asked to slow down",
        retry_after=seconds,
        scope=scope,
        status=429,
        code=code if isinstance(code, int) else 0,
    )
    return scope, error
