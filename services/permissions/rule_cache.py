"""A cache of command rules: the guilds that have rules are always known, and their rules are loaded on demand.

A guild without rules costs no query, and nothing that a guild's rules forbid is allowed
because the database is away.
"""

from __future__ import annotations

import asyncio
import contextlib
import time

import structlog
from redis.exceptions import RedisError

from services.core import store
from services.core.transactions import Row, rows
from services.permissions.decision import Kind, Rule, Target

log = structlog.get_logger(__name__)

REMEMBERED = 5.0  # seconds until a change made in another process is visible, even without a signal
RENEWED = 2.0  # seconds between refreshes of the guilds with rules, so that no command waits for one
PATIENCE = 0.3  # seconds a command waits for the first refresh
PAUSE = 1.0  # seconds until a failed database or Redis is tried again
LONGEST = 1.0  # seconds a command waits for its guild's rules
MAX_CACHED_GUILDS = 20_000  # guilds whose rules are cached at once
CHANNEL = "command_rules"

# A loose index scan: one probe per guild, however many rules it has.
_GUILDS = """
WITH RECURSIVE known AS (
    (SELECT guild_id FROM command_rules ORDER BY guild_id LIMIT 1)
    UNION ALL
    SELECT (SELECT r.guild_id FROM command_rules r WHERE r.guild_id > known.guild_id ORDER BY r.guild_id LIMIT 1)
      FROM known WHERE known.guild_id IS NOT NULL)
SELECT guild_id FROM known WHERE guild_id IS NOT NULL"""
_RULES = """
SELECT command, target_kind, target_id, allowed, actor_id, made_at FROM command_rules
 WHERE guild_id = $1 ORDER BY command, target_kind, target_id"""

Rules = tuple[Rule, ...]


class _Memory:
    """The cache of this process. A guild counts as having rules until a refresh finds none."""

    def __init__(self) -> None:
        self.guilds: frozenset[int] = frozenset()
        self.looked = -REMEMBERED
        self.failed = -PAUSE
        self.rules: dict[int, tuple[float, Rules]] = {}
        self.age = 0  # invalidations so far: anything read before one is not cached after it
        self.looking = asyncio.Lock()


_memory = _Memory()


async def of(guild_id: int) -> Rules:
    """A guild's rules, at most five seconds old; a database error if it has some that can't be read."""
    now = time.monotonic()
    if now - _memory.looked > REMEMBERED and now - _memory.failed > PAUSE:
        await _look_patiently()
    if guild_id not in _memory.guilds:
        return ()
    known = _memory.rules.get(guild_id)
    if known and time.monotonic() < known[0]:
        return known[1]
    return await _read(guild_id)


async def read(guild_id: int) -> Rules:
    """A guild's rules, read from the database now."""
    return tuple(_rule(row) for row in await rows(_RULES, guild_id))


async def changed(guild_id: int) -> None:
    """Make every process see the rules that were just committed."""
    _forget(guild_id)
    await store.publish(CHANNEL, str(guild_id).encode())


def forget() -> None:
    """Empty the cache."""
    global _memory  # noqa: PLW0603  (one memory for the process, as fresh as at its start)
    _memory = _Memory()


async def keep(stop: asyncio.Event) -> None:
    """Keep refreshing the guilds with rules, and follow changes in other processes, until `stop`."""
    hearing = asyncio.create_task(_listen(stop))
    while not stop.is_set():
        with contextlib.suppress(Exception):  # the database may be away; it will come back
            await _look()
        await _wait(stop, RENEWED)
    hearing.cancel()
    await asyncio.gather(hearing, return_exceptions=True)


async def _look_patiently() -> None:
    try:
        async with asyncio.timeout(PATIENCE), _memory.looking:
            if time.monotonic() - _memory.looked > REMEMBERED:
                await _look()
    except Exception as error:  # whatever happened, guilds known to have rules stay known
        _memory.failed = time.monotonic()
        log.warning("which servers have command rules is not known", error=type(error).__name__)


async def _look() -> None:
    age, begun = _memory.age, time.monotonic()
    found = frozenset(row["guild_id"] for row in await rows(_GUILDS))
    if age == _memory.age:  # otherwise something changed in the meantime
        _memory.guilds, _memory.looked = found, begun


async def _read(guild_id: int) -> Rules:
    age, begun = _memory.age, time.monotonic()
    async with asyncio.timeout(LONGEST):
        found = await read(guild_id)
    if age == _memory.age:
        if len(_memory.rules) >= MAX_CACHED_GUILDS:
            _memory.rules.clear()
        _memory.rules[guild_id] = begun + REMEMBERED, found
    return found


def _forget(guild_id: int) -> None:
    """Reload this guild's rules next time; until then it is unknown whether it has any."""
    _memory.age += 1
    _memory.rules.pop(guild_id, None)
    _memory.guilds |= {guild_id}


async def _listen(stop: asyncio.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            await _hear(stop)
        await _wait(stop, PAUSE)


async def _hear(stop: asyncio.Event) -> None:
    redis = store.redis()
    if redis is None:
        return
    async with redis.pubsub(ignore_subscribe_messages=True) as heard:
        await heard.subscribe(CHANNEL)
        while not stop.is_set():
            message = await heard.get_message(timeout=PAUSE)
            if message:
                _forget(int(message["data"]))


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()


def _rule(row: Row) -> Rule:
    target = Target(Kind(row["target_kind"]), row["target_id"])
    return Rule(row["command"], target, row["allowed"], row["actor_id"], row["made_at"])
