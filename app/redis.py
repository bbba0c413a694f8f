"""Redis, which holds only what may be lost: a real one, or one inside this process."""

from __future__ import annotations

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import ConnectionError as LostConnection

from app.redis_url import understood


def connect(url: str | None) -> Redis:
    """A client that gives up within half a second, because Discord waits only three; in-process without a URL.

    Retries once after a lost connection, but not when Redis is silent.
    """
    if url is None:
        from fakeredis import FakeAsyncRedis

        return FakeAsyncRedis()
    # The library's default is to wait 59 seconds for a silent server.
    return Redis.from_url(
        understood(url),
        socket_timeout=0.25,
        socket_connect_timeout=0.25,
        health_check_interval=30,
        retry=Retry(ExponentialWithJitterBackoff(base=0.02, cap=0.1), 1, (LostConnection,)),
    )
