"""Work that comes back on a clock: each round begins by enqueuing the next one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta

from services import jobs
from services.worker import Handler, Task

Rounds = Mapping[str, tuple[timedelta, Callable[[], Awaitable[None]]]]  # kind → how often, and what


async def wind(rounds: Rounds) -> None:
    """Make sure that each round has its next job; the key keeps it to one, however many processes start."""
    for kind, (every, _) in rounds.items():
        await jobs.enqueue(kind, {}, key=_key(kind, _next(every)), at=_next(every))


def handlers(rounds: Rounds) -> dict[str, Handler]:
    """What a worker does at each round."""
    return {kind: _round(kind, every, work) for kind, (every, work) in rounds.items()}


def _round(kind: str, every: timedelta, work: Callable[[], Awaitable[None]]) -> Handler:
    async def run(_task: Task) -> None:
        # First, so that a round which fails for good does not end the clock.
        await jobs.enqueue(kind, {}, key=_key(kind, _next(every)), at=_next(every))
        await work()

    return run


def _next(every: timedelta) -> datetime:
    """The next full multiple of the interval, so that rounds neither drift nor pile up."""
    now = datetime.now(UTC)
    passed = (now - datetime.min.replace(tzinfo=UTC)) % every
    return now - passed + every


def _key(kind: str, due: datetime) -> str:
    return f"{kind}:{due.isoformat()}"
