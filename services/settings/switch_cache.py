"""A cache of the guilds that have turned an area off: few ever do, and every command asks."""

from __future__ import annotations

import asyncio
import contextlib
import time

from services.core.transactions import rows

RENEWED = 1.0  # seconds between refreshes; bounds how late a change made in another process is seen without Redis
TRUSTED = 5.0  # seconds after which a guild that is not in here may have turned something off nevertheless
MAX_GUILDS = 100_000  # guilds kept in memory; with more, each is asked

# Settings hold only what differs from the defaults, and every area is on by default.
_GUILDS = "SELECT discord_id FROM guilds WHERE config ? 'areas' LIMIT $1"


class _Memory:
    """The cache of this process."""

    def __init__(self) -> None:
        self.guilds: frozenset[int] = frozenset()
        self.looked = -TRUSTED
        self.age = 0  # changes so far: anything read before one is not kept after it


_memory = _Memory()


def may_be_off(guild_id: int) -> bool:
    """False only if every area is on in this guild."""
    return guild_id in _memory.guilds or time.monotonic() - _memory.looked > TRUSTED


def changed(guild_id: int) -> None:
    """Note that this guild's settings have changed; until the next refresh anything may be off there."""
    _memory.age += 1
    _memory.guilds |= {guild_id}


def forget() -> None:
    """Empty the cache."""
    global _memory  # noqa: PLW0603  (one memory for the process, as fresh as at its start)
    _memory = _Memory()


async def keep(stop: asyncio.Event) -> None:
    """Keep the cache fresh until `stop`; while the database is away it is soon no longer trusted."""
    while not stop.is_set():
        with contextlib.suppress(Exception):
            await look()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(RENEWED):
                await stop.wait()


async def look() -> None:
    """Read which guilds have turned something off."""
    memory, age, begun = _memory, _memory.age, time.monotonic()
    found = await rows(_GUILDS, MAX_GUILDS + 1)
    if age == memory.age and len(found) <= MAX_GUILDS:
        memory.guilds, memory.looked = frozenset(row["discord_id"] for row in found), begun
