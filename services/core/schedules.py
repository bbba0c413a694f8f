"""Recurring work: each round begins by enqueuing the next one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta

import structlog

from services.core import clock, jobs
from services.core.worker import Handler, Task

log = structlog.get_logger(__name__)

MOMENT = "moment"  # payload key for the scheduled time
PAUSE = 5.0  # seconds between attempts while the database is away

Rounds = Mapping[str, tuple[timedelta, Callable[[], Awaitable[object]]]]  # kind → (interval, handler)


async def wind(rounds: Rounds, at_once: Collection[str] = ()) -> None:
    """Make sure that each round has its next job; the key allows only one, however many processes start.

    Rounds named in `at_once` also run right now.
    """
    for kind, (every, _) in rounds.items():
        await _enqueue(kind, _next(every, clock.now()))
    for kind in at_once:
        await jobs.enqueue(kind, {MOMENT: clock.now().isoformat()}, key=f"{kind}:at once")


async def wind_patiently(rounds: Rounds, stop: asyncio.Event, at_once: Collection[str] = ()) -> None:
    """The same as soon as the database answers, unless `stop` comes first."""
    while not stop.is_set():
        try:
            await wind(rounds, at_once)
        except Exception as error:  # the database may be away; it will come back
            log.warning("the clock is not wound yet", error=type(error).__name__)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(PAUSE):
                    await stop.wait()
        else:
            return


def handlers(rounds: Rounds) -> dict[str, Handler]:
    """The worker's handler for each round."""
    return {kind: _round(kind, every, work) for kind, (every, work) in rounds.items()}


def _round(kind: str, every: timedelta, work: Callable[[], Awaitable[object]]) -> Handler:
    async def run(task: Task) -> None:
        # First, so that a round that fails for good does not stop the schedule. After its own time, because if our
        # clock is behind the database's, the next time would still be this one, and its key is held by this very job.
        await _enqueue(kind, _next(every, max(clock.now(), datetime.fromisoformat(task.payload[MOMENT]))))
        await work()

    return run


async def _enqueue(kind: str, moment: datetime) -> None:
    said = moment.isoformat()
    await jobs.enqueue(kind, {MOMENT: said}, key=f"{kind}:{said}", at=moment)


def _next(every: timedelta, moment: datetime) -> datetime:
    """The next multiple of the interval, so that rounds neither drift nor pile up."""
    passed = (moment - datetime.min.replace(tzinfo=UTC)) % every
    return moment - passed + every
