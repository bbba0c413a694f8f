"""The handle on Redis that services share. It holds only what may be lost: Redis gone is a miss, never an error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

PAUSE = 1.0  # seconds between two questions whether a Redis that failed is back
FAULTS = (OSError, TimeoutError, RedisError)


class _Handle:
    redis: Redis | None = None
    probing: asyncio.Task[None] | None = None  # as long as Redis is away


_handle = _Handle()


def use(redis: Redis | None) -> None:
    """From now on services of this process use this one, or none."""
    if _handle.probing:
        _handle.probing.cancel()
    _handle.redis, _handle.probing = redis, None


def redis() -> Redis | None:
    """The client itself, for what needs more than the calls below; None before the start."""
    return _handle.redis


async def get(key: str) -> bytes | None:
    """What is stored, or None if nothing is or Redis is away."""
    found: bytes | None = await _asked(lambda redis: redis.get(key))
    return found


async def put(key: str, value: bytes, seconds: int) -> None:
    """Keep a value for so long, if Redis is there."""
    await _asked(lambda redis: redis.set(key, value, ex=seconds))


async def claim(key: str, seconds: int) -> bool:
    """Whether this is the first claim in so long; without Redis each one is."""

    async def take(redis: Redis) -> bool:
        return bool(await redis.set(key, b"", ex=seconds, nx=True))

    return await _asked(take) is not False


async def delete(*keys: str) -> bool:
    """Forget these; False if Redis could not be told."""
    return await _asked(lambda redis: redis.delete(*keys)) is not None


async def publish(channel: str, message: bytes) -> bool:
    """Tell all who listen, in every process; False if Redis could not be told."""
    return await _asked(lambda redis: redis.publish(channel, message)) is not None


async def run(script: str, key: str, *values: bytes | int) -> None:
    """Run a script on one key, if Redis is there; nobody else comes between its steps."""
    await _asked(lambda redis: redis.eval(script, 1, key, *values))


def away() -> bool:
    """Whether Redis failed and has not answered since: nobody need wait for it then."""
    return _handle.probing is not None


def failed(error: Exception) -> None:
    """Redis gave no answer. From now on one question in the background waits for it, and nobody else."""
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
