"""REDIS_URL works as hosts print it, and nothing in it undoes our limits on time."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis

from app.redis import connect
from app.settings import read


@pytest.mark.parametrize(
    "url",
    [
        "redis://red-abc123:6379",
        "redis://default:p4ss@redis.railway.internal:6379?family=0",
        "rediss://default:p4ss@eu1-calm-fox-1.upstash.io:6379",
        "rediss://:p4ss@ec2-1-2-3-4.compute-1.amazonaws.com:6380?ssl_cert_reqs=none",
        "redis://:p4ss@10.0.0.1:6379/0?ssl_cert_reqs=none",
        "redis://localhost:6379/3?socket_timeout=60&socket_connect_timeout=soon&max_connections=1",
        "unix:///run/redis.sock?db=3&family=0",
    ],
)
def test_an_address_works_as_it_is_printed(url: str) -> None:
    redis: Redis = connect(read({"REDIS_URL": url}).redis_url)
    made = redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]  # refuses what it does not know
    assert (made.socket_timeout, made.socket_connect_timeout) == (0.25, 0.25)


def test_whether_a_certificate_is_checked_is_taken_from_the_address() -> None:
    redis: Redis = connect("rediss://redis.example:6380/2?ssl_cert_reqs=none&db=1")
    assert redis.connection_pool.connection_kwargs["ssl_cert_reqs"] == "none"
    assert redis.connection_pool.connection_kwargs["db"] == 1
