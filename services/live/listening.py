"""Signals that there may be new events: from Redis, from PostgreSQL, and from commits in this process."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from redis.exceptions import RedisError

from services.core import notifications, store
from services.core.notifications import Connect
from services.live.signals import CHANNEL, nearby

PAUSE = 1.0  # seconds between attempts
PATIENCE = 20.0  # seconds to wait for one message

Wake = Callable[[], None]


async def listen(connect: Connect, wake: Wake, *, by_redis: bool) -> None:
    """Call `wake` on every signal until cancelled.

    Listens to PostgreSQL even if Redis is shared, because the sender may have lost Redis while we have not.
    """
    with nearby(wake):
        ways = [notifications.listen(connect, CHANNEL, wake), *([_hear_redis(wake)] if by_redis else [])]
        await asyncio.gather(*ways)


async def _hear_redis(wake: Wake) -> None:
    while True:
        with contextlib.suppress(RedisError, OSError):
            await _subscribed(wake)
        await asyncio.sleep(PAUSE)


async def _subscribed(wake: Wake) -> None:
    redis = store.redis()
    if redis is None:
        return
    async with redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(CHANNEL)
        wake()  # earlier signals were missed
        while True:
            if await heard.get_message(timeout=PATIENCE):
                wake()
