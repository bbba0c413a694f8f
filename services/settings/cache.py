"""Settings at hand: for a second in this process, for a minute in Redis, forgotten everywhere when they change."""

from __future__ import annotations

import asyncio
import time

import orjson
import structlog
from redis.exceptions import RedisError

from services.core import languages, store
from services.core.transactions import in_progress
from services.settings import storage
from services.settings.storage import Snapshot

AT_HAND = 1.0  # seconds in which this process does not look again
IN_REDIS = 60  # seconds; bounds what a Redis that was away during a change can still tell
MOST = 20_000  # guilds that are remembered at once
CHANNEL = "settings"
PAUSE = 1.0  # seconds between two attempts to listen
SAID_AGAIN = 60.0  # seconds between two log lines about the same outage
PATIENCE = 20.0  # seconds in which one change is waited for

log = structlog.get_logger(__name__)

# Two processes may store at the same time, one of them what it read before the change: the newer version stays.
_KEEP_NEWER = """
local known = redis.call('GET', KEYS[1])
local version = known and string.match(known, '^{"version":(%d+),')
if version and tonumber(version) > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1"""

_at_hand: dict[int, tuple[float, Snapshot]] = {}


async def snapshot(guild_id: int) -> Snapshot:
    """A guild's settings, at most a second behind the last change; in a transaction as the database has them."""
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
    if len(_at_hand) >= MOST:
        _at_hand.clear()
    _at_hand[guild_id] = now + AT_HAND, found
    return found


def forget(guild_id: int | None = None) -> None:
    """Look again, for one guild or for all of them."""
    if guild_id is None:
        _at_hand.clear()
    else:
        _at_hand.pop(guild_id, None)


async def changed(guild_id: int, now: Snapshot) -> None:
    """Let every process see the settings that were just committed."""
    await _to_redis(guild_id, now)
    forget(guild_id)
    # The language that a guild speaks is a setting too, and kept where every interaction finds it.
    languages.guild_chose(guild_id, now.language)
    await store.publish(CHANNEL, str(guild_id).encode())


async def listen(stop: asyncio.Event) -> None:
    """Forget what other processes change, until `stop`."""
    hearing = asyncio.create_task(_hear(stop))
    await stop.wait()
    hearing.cancel()
    await asyncio.wait([hearing])


async def _hear(stop: asyncio.Event) -> None:
    said_at = -SAID_AGAIN
    # A time-out inside the client can swallow a cancellation that comes with it, so each turn looks at `stop` too.
    while not stop.is_set():
        try:
            await _forget_what_changes(stop)
        except (RedisError, OSError, TimeoutError) as error:
            # While Redis is away nothing is heard, and what is at hand is a second old at most.
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
        forget()  # what was said before was missed
        while not stop.is_set():
            if message := await heard.get_message(timeout=PATIENCE):
                forget(int(message["data"]))
                await languages.renew()


def packed(found: Snapshot) -> bytes:
    """Settings as they lie in Redis."""
    return orjson.dumps({"version": found.version, "stored": found.stored})


def unpacked(kept: bytes | None) -> Snapshot | None:
    """Settings from what lies in Redis; None if that is nothing of ours."""
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
