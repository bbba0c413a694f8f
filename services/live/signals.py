"""Signals to the watchers in every process that there may be new events."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextvars import Context

from services.core import store
from services.core.transactions import rows, tell_of_commits

CHANNEL = "live"
PAUSE = 0.05  # seconds between signals

_NOTIFY = "SELECT pg_notify($1, '')"


class _Telling:
    by_redis = False
    due = False
    task: asyncio.Task[None] | None = None


_telling = _Telling()
_near: set[Callable[[], None]] = set()


def begin(*, by_redis: bool) -> None:
    """Signal every commit from now on; through PostgreSQL where processes share no Redis."""
    _telling.by_redis = by_redis
    tell_of_commits(nudge)


def nudge() -> None:
    """Signal that there may be new events; never waits, and reaches other processes at most every 50 ms."""
    for wake in _near:
        wake()
    _telling.due = True
    if _telling.task is None or _telling.task.done():
        # A fresh context: nothing of whoever committed belongs in it.
        _telling.task = asyncio.get_running_loop().create_task(_tell(), context=Context())


@contextlib.contextmanager
def nearby(wake: Callable[[], None]) -> Iterator[None]:
    """Call `wake` directly for signals from this process."""
    _near.add(wake)
    try:
        yield
    finally:
        _near.discard(wake)


async def _tell() -> None:
    while _telling.due:
        _telling.due = False
        if not (_telling.by_redis and await store.publish(CHANNEL, b"")):
            with contextlib.suppress(Exception):  # without the database, there is nothing new either
                await rows(_NOTIFY, CHANNEL)
        await asyncio.sleep(PAUSE)
