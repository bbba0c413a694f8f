"""A cache of settings: a second in this process, a minute in Redis, invalidated everywhere on a change."""

from __future__ import annotations

import asyncio
import time

import orjson
import structlog
from redis.exceptions import RedisError

from services.core import languages, store
from services.core.transactions import in_progress
from services.settings import storage, switch_cache
from services.settings.storage import Snapshot

AT_HAND = 1.0  # seconds this process caches settings
IN_REDIS = 60  # seconds; bounds how stale a Redis that missed a change can be
MAX_CACHED_GUILDS = 20_000  # guilds cached at once
CHANNEL = "settings"
PAUSE = 1.0  # seconds between attempts to listen
SAID_AGAIN = 60.0  # seconds between log lines about the same outage
PATIENCE = 20.0  # seconds to wait for one change

log = structlog.get_logger(__name__)

# Two processes may store at once, one of them an outdated version: the newer version wins.
_KEEP_NEWER = """
local known = redis.call('GET', KEYS[1])
local version = known and string.match(known, '^{"version":(%d+),')
if version and tonumber(version) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1"""

_at_hand: dict[int, tuple[float, Snapshot]] = {}


async def snapshot(guild_id: int) -> Snapshot:
    """A guild's settings, at most a second out of date; read from the database inside a transaction."""
    if in_progress():
        return await storage.read(guild_id)
    now = time.monotonic()
    known = _at_hand.get(guild_id)
    if known and now < known[0]:
        return known[1]
    found = unpacked(await store.get(_key(guild_id)))
    if found is None:
        found = await storage.read(guild_id)
        await _to_redis(guild_id, found)
    if len(_at_hand) >= MAX_CACHED_GUILDS:
        _at_hand.clear()
    _at_hand[guild_id] = now + AT_HAND, found
    return found


def forget(guild_id: int | None = None) -> None:
    """Drop one guild from the cache, or all of them."""
    if guild_id is None:
        _at_hand.clear()
        switch_cache.forget()
    else:
        _at_hand.pop(guild_id, None)
        switch_cache.changed(guild_id)


async def changed(guild_id: int, now: Snapshot) -> None:
    """Make every process see the settings that were just committed."""
    await _to_redis(guild_id, now)
    forget(guild_id)
    # A guild's language is a setting too, kept where every interaction looks for it.
    languages.guild_chose(guild_id, now.language)
    await store.publish(CHANNEL, str(guild_id).encode())


async def listen(stop: asyncio.Event) -> None:
    """Invalidate settings that other processes change, until `stop`."""
    hearing = asyncio.create_task(_hear(stop))
    await stop.wait()
    hearing.cancel()
    await asyncio.wait([hearing])


async def _hear(stop: asyncio.Event) -> None:
    said_at = -SAID_AGAIN
    # A timeout inside the client can swallow a simultaneous cancellation, so each turn checks `stop` too.
    while not stop.is_set():
        try:
            await _forget_what_changes(stop)
        except (RedisError, OSError, TimeoutError) as error:
            # While Redis is away nothing arrives, and the cached values are at most a second old.
            if time.monotonic() - said_at >= SAID_AGAIN:
                said_at = time.monotonic()
                log.warning("redis can't be listened to", why=repr(error)[:300])
        if not stop.is_set():
            await asyncio.sleep(PAUSE)


async def _forget_what_changes(stop: asyncio.Event) -> None:
    redis = store.redis()
    if redis is None:
        return
    async with redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(CHANNEL)
        forget()  # earlier messages were missed
        while not stop.is_set():
            if message := await heard.get_message(timeout=PATIENCE):
                forget(int(message["data"]))
                await languages.renew()


def packed(found: Snapshot) -> bytes:
    """Settings as stored in Redis."""
    return orjson.dumps({"version": found.version, "stored": found.stored})


def unpacked(kept: bytes | None) -> Snapshot | None:
    """Settings from their Redis value; None if that isn't in our format."""
    try:
        found = orjson.loads(kept or b"")
        version, stored = found["version"], found["stored"]
    except (ValueError, TypeError, KeyError):
        return None
    return Snapshot(version, stored) if isinstance(version, int) and isinstance(stored, dict) else None


async def _to_redis(guild_id: int, found: Snapshot) -> None:
    await store.run(_KEEP_NEWER, _key(guild_id), found.version, packed(found), IN_REDIS)


def _key(guild_id: int) -> str:
    return f"cache:guild:{guild_id}"
