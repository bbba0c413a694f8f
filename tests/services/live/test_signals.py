"""The word that there is something new reaches other processes, with Redis and without."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest
from fakeredis import FakeAsyncRedis, FakeServer
from redis.asyncio import Redis

from services.core import store
from services.live import Hub, hub, listening, signals
from tests.services.live.arriving import ARRIVE, arrive
from tests.services.live.watching import Eye
from tests.support.bot import ALICE, GUILD
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def redis(database: str) -> Iterator[FakeServer]:
    """A Redis that other processes share."""
    server = FakeServer()
    store.use(FakeAsyncRedis(server=server))
    signals.begin(by_redis=True)
    yield server
    signals.begin(by_redis=False)
    store.use(None)


async def test_what_another_process_says_through_redis_is_heard_at_once(
    redis: FakeServer, direct: asyncpg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "POLL", 60.0)

    async def deaf() -> asyncpg.Connection[Any]:
        return await asyncio.Future()  # so that Redis is the only way

    reader = Hub(lambda wake: listening.listen(deaf, wake, by_redis=True))
    eye = Eye(reader)
    eye.watch()
    await until(lambda: eye.said)
    client = store.redis()
    assert client is not None
    await until(lambda: _subscribers(client))
    await direct.execute(ARRIVE, GUILD, ALICE)
    await client.publish(signals.CHANNEL, b"")
    await until(lambda: eye.seen)
    reader.close()


async def _subscribers(client: Redis) -> bool:
    ((_, subscribers),) = await client.pubsub_numsub(signals.CHANNEL)
    return bool(subscribers)


async def test_a_thousand_commits_at_once_are_one_or_two_words_to_others(redis: FakeServer) -> None:
    client = store.redis()
    assert client is not None
    async with client.pubsub() as heard:
        await heard.subscribe(signals.CHANNEL)
        assert await heard.get_message(timeout=20), "that it listens"
        for _ in range(1000):
            signals.nudge()
        assert await heard.get_message(timeout=20), "a word"
        words = 1
        while await heard.get_message(timeout=10 * signals.PAUSE):
            words += 1
    assert words <= 2


async def test_while_redis_is_away_postgresql_passes_the_word_on(
    redis: FakeServer, direct: asyncpg.Connection[Any]
) -> None:
    redis.connected = False
    heard = asyncio.Event()
    await direct.add_listener(signals.CHANNEL, lambda *_: heard.set())
    await arrive(ALICE)
    async with asyncio.timeout(20):
        await heard.wait()
