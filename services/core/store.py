"""The Redis handle that services share. It holds only what may be lost: without Redis, reads miss and never fail."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

PAUSE = 1.0  # seconds between checks whether a failed Redis is back
FAULTS = (OSError, TimeoutError, RedisError)


class _Handle:
    redis: Redis | None = None
    probing: asyncio.Task[None] | None = None  # set while Redis is away


_handle = _Handle()


def use(redis: Redis | None) -> None:
    """Set the Redis client of this process; None for none."""
    if _handle.probing:
        _handle.probing.cancel()
    _handle.redis, _handle.probing = redis, None


def redis() -> Redis | None:
    """The client itself, for more than the calls below; None before startup."""
    return _handle.redis


async def get(key: str) -> bytes | None:
    """The stored value, or None if there is none or Redis is away."""
    found: bytes | None = await _asked(lambda redis: redis.get(key))
    return found


async def put(key: str, value: bytes, seconds: int) -> None:
    """Store a value for a number of seconds, if Redis is there."""
    await _asked(lambda redis: redis.set(key, value, ex=seconds))


async def claim(key: str, seconds: int) -> bool:
    """Whether this is the first claim within `seconds`; always True without Redis."""

    async def take(redis: Redis) -> bool:
        return bool(await redis.set(key, b"", ex=seconds, nx=True))

    return await _asked(take) is not False


async def delete(*keys: str) -> bool:
    """Delete keys; False if Redis could not be reached."""
    return await _asked(lambda redis: redis.delete(*keys)) is not None


async def publish(channel: str, message: bytes) -> bool:
    """Publish to listeners in every process; False if Redis could not be reached."""
    return await _asked(lambda redis: redis.publish(channel, message)) is not None


async def run(script: str, key: str, *values: bytes | int) -> None:
    """Run a script on one key atomically, if Redis is there."""
    await _asked(lambda redis: redis.eval(script, 1, key, *values))


def away() -> bool:
    """Whether Redis failed and has not answered since, so nobody should wait for it."""
    return _handle.probing is not None


def failed(error: Exception) -> None:
    """Note that Redis gave no answer; from now on, only one background check waits for it."""
    if _handle.redis is not None and _handle.probing is None:
        log.warning("redis is away", error=type(error).__name__)
        _handle.probing = asyncio.create_task(_probe(_handle.redis))


async def _probe(redis: Redis) -> None:
    while True:
        await asyncio.sleep(PAUSE)
        try:
            await redis.ping()
        except FAULTS:
            continue
        log.info("redis is back")
        _handle.probing = None
        return


async def _asked(ask: Callable[[Redis], Awaitable[Any]]) -> Any:
    if _handle.redis is None or away():
        return None
    try:
        return await ask(_handle.redis)
    except FAULTS as error:
        failed(error)
        return None
