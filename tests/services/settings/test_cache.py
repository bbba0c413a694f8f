"""Settings at hand are never older than they may be, whoever changed them, and whether or not Redis is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from fakeredis import FakeAsyncRedis
from redis.asyncio import Redis

from services import settings
from services.core import store
from services.core.transactions import rows, transaction
from services.economy.settings import EconomySettings
from services.settings import Snapshot, cache, storage
from tests.support.bot import GUILD
from tests.support.rules import rule
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("database")

KEY = f"cache:guild:{GUILD}"


@pytest.fixture
async def redis(database: str, redis_url: str | None) -> AsyncIterator[Redis]:
    """A Redis that services use; the real one if there is one for this run."""
    client = Redis.from_url(redis_url) if redis_url else FakeAsyncRedis()
    await client.flushdb()
    store.use(client)
    yield client
    store.use(None)
    await client.aclose()


async def _daily() -> int:
    return (await settings.of(GUILD, EconomySettings)).daily


async def _behind_our_back(coins: int) -> None:
    """What another process stores, without telling."""
    await rows(
        "UPDATE guilds SET config = jsonb_build_object('economy', jsonb_build_object('daily', $2::int)),"
        " config_version = config_version + 1 WHERE discord_id = $1",
        GUILD,
        coins,
    )


async def test_settings_come_from_memory_then_from_redis_then_from_the_database(redis: Redis) -> None:
    await rule(GUILD, daily=300)
    assert await _daily() == 300
    await _behind_our_back(400)
    assert await _daily() == 300
    cache.forget()
    assert await _daily() == 300
    cache.forget()
    await redis.delete(KEY)
    assert await _daily() == 400


async def test_a_save_is_seen_at_once(redis: Redis) -> None:
    for coins in range(1, 20):
        await rule(GUILD, daily=coins)
        assert await _daily() == coins
        cache.forget()
        assert await _daily() == coins


async def test_in_a_transaction_settings_are_what_the_database_has(redis: Redis) -> None:
    await rule(GUILD, daily=300)
    assert await _daily() == 300
    await _behind_our_back(400)
    async with transaction():
        assert await _daily() == 400


async def test_what_is_not_committed_is_shown_to_nobody(redis: Redis) -> None:
    async def fail() -> None:
        async with transaction():
            await rule(GUILD, daily=300)
            assert await _daily() == 300
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert await redis.get(KEY) is None
    assert await _daily() == 200


async def test_a_late_reader_does_not_bring_the_old_settings_back(redis: Redis) -> None:
    old = await storage.read(GUILD)
    await rule(GUILD, daily=300)
    await cache.changed(GUILD, old)
    assert await _daily() == 300


async def test_what_another_process_changes_is_heard_of(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "AT_HAND", 60.0)
    await rule(GUILD, daily=300)
    stop = asyncio.Event()
    listening = asyncio.create_task(cache.listen(stop))
    await until(lambda: _subscribed(redis))
    assert await _daily() == 300
    await _behind_our_back(400)
    other = await storage.read(GUILD)
    await redis.set(KEY, cache.packed(other))
    await redis.publish(cache.CHANNEL, str(GUILD))

    async def seen() -> bool:
        return await _daily() == 400

    await until(seen)
    stop.set()
    await listening


async def _subscribed(redis: Redis) -> bool:
    return bool((await redis.pubsub_numsub(cache.CHANNEL))[0][1])


async def test_without_redis_the_database_answers_and_a_save_is_still_seen(database: str) -> None:
    away = Redis.from_url("redis://127.0.0.1:9", socket_connect_timeout=0.1)
    store.use(away)
    await rule(GUILD, daily=300)
    assert await _daily() == 300
    await rule(GUILD, daily=400)
    assert await _daily() == 400
    stop = asyncio.Event()
    listening = asyncio.create_task(cache.listen(stop))
    stop.set()
    await listening
    store.use(None)
    await away.aclose()


async def test_nonsense_in_redis_is_a_miss(redis: Redis) -> None:
    await rule(GUILD, daily=300)
    for nonsense in (b"", b"[]", b"{}", b"\xff", b'{"version": "x", "stored": 3}'):
        await redis.set(KEY, nonsense)
        cache.forget()
        assert await _daily() == 300


async def test_a_version_is_kept_as_it_was_packed() -> None:
    made = Snapshot(3, {"economy": {"daily": 300}, "general": {"log_channel_id": "21"}})
    assert cache.unpacked(cache.packed(made)) == made
