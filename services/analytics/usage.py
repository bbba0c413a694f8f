"""Command uses, collected in memory and written in batches, so that no command waits for statistics."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import asyncpg
import orjson
import structlog

from discord_api.cdn import avatar_url
from services.core.transactions import rows, transaction

log = structlog.get_logger(__name__)

CDN_URL = "https://cdn.discordapp.com"
INTERVAL = 1.0  # seconds between writes
# Characters that the database can't store or JSON can't express.
REFUSALS = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError, orjson.JSONEncodeError)
BOUND = 20_000  # uses held while the database is away
LONGEST_NAME = 32  # characters (Discord: User Object)

# Columns are sent as one JSON text: as arrays, each value would cost many times as much, and they make up most of
# what a quick command costs.
_USES = """
INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)
SELECT a::bigint, b::bigint, c, d::int, e, to_timestamp(f::float8)
  FROM ROWS FROM (json_array_elements_text($1::json -> 0), json_array_elements_text($1::json -> 1),
                  json_array_elements_text($1::json -> 2), json_array_elements_text($1::json -> 3),
                  json_array_elements_text($1::json -> 4), json_array_elements_text($1::json -> 5))
       u (a, b, c, d, e, f)"""
_USERS = """
INSERT INTO users (discord_id, username, avatar_url) SELECT a::bigint, b, c
  FROM ROWS FROM (json_array_elements_text($1::json -> 0), json_array_elements_text($1::json -> 1),
                  json_array_elements_text($1::json -> 2)) u (a, b, c)
ON CONFLICT (discord_id) DO UPDATE
   SET username = excluded.username, avatar_url = excluded.avatar_url, updated_at = tatiana_now()
 WHERE (users.username, users.avatar_url) IS DISTINCT FROM (excluded.username, excluded.avatar_url)"""
_GUILDS = """
INSERT INTO guilds (discord_id) SELECT a::bigint FROM json_array_elements_text($1::json) a ON CONFLICT DO NOTHING"""
_MEMBERS = """
INSERT INTO user_guild_data (guild_id, user_id, last_seen_at, display_name, nickname)
SELECT a::bigint, b::bigint, to_timestamp(c::float8), d, e
  FROM ROWS FROM (json_array_elements_text($1::json -> 0), json_array_elements_text($1::json -> 1),
                  json_array_elements_text($1::json -> 2), json_array_elements_text($1::json -> 3),
                  json_array_elements_text($1::json -> 4)) u (a, b, c, d, e)
ON CONFLICT (guild_id, user_id) DO UPDATE
   SET last_seen_at = greatest(user_guild_data.last_seen_at, excluded.last_seen_at), name = excluded.name,
       display_name = excluded.display_name, nickname = excluded.nickname"""


class Use(NamedTuple):
    """One use of a command; `at` is a Unix time."""

    guild_id: int
    user_id: int
    username: str
    avatar: str | None
    command: str
    milliseconds: int
    outcome: str
    at: float
    display_name: str | None = None
    nickname: str | None = None


@dataclass(slots=True)
class Recorder:
    """Collects uses; while the database is away, overflow is dropped and reported to `on_dropped`."""

    cdn_url: str = CDN_URL
    waiting: list[Use] = field(default_factory=list)
    on_dropped: Callable[[int], None] = field(default=lambda _uses: None)

    def add(self, use: Use) -> None:
        """Record one use; never waits."""
        if len(self.waiting) < BOUND:
            self.waiting.append(use)
        else:
            self.on_dropped(1)

    async def flush(self) -> None:
        """Write the collected uses; after a failure they wait. Only what can never be written is dropped."""
        batches, self.waiting = [self.waiting], []
        while batches:
            uses = batches.pop()
            try:
                if uses:
                    await write(uses, self.cdn_url)
            except Exception as error:  # whatever is wrong with the database, statistics can wait
                log.warning("usage not written", error=type(error).__name__, uses=len(uses))
                if not _is_refused(error):
                    self._keep([use for batch in (uses, *reversed(batches)) for use in batch])
                    return
                # One of them will always be refused: halving the batch finds which.
                half = len(uses) // 2
                if half:
                    batches += [uses[half:], uses[:half]]
                else:
                    self.on_dropped(1)

    def _keep(self, uses: list[Use]) -> None:
        room = BOUND - len(self.waiting)
        self.waiting = uses[:room] + self.waiting
        if len(uses) > room:
            self.on_dropped(len(uses) - room)

    async def run(self, stop: asyncio.Event) -> None:
        """Write once a second until `stop`, and once more at the end."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL):
                    await stop.wait()
            await self.flush()
        await self.flush()


async def write(uses: list[Use], cdn_url: str) -> None:
    """Store uses and the people who made them."""
    # The latest use of each user or member counts.
    columns = zip(*sorted(uses, key=_at), strict=True)
    guild_ids, user_ids, names, avatars, *facts, moments, display_names, nicknames = columns
    people = dict(zip(user_ids, zip(names, avatars, strict=True), strict=True))
    pairs = zip(guild_ids, user_ids, strict=True)
    members = dict(zip(pairs, zip(moments, display_names, nicknames, strict=True), strict=True))
    # Sorted, so that two processes can't deadlock.
    users = [
        (user_id, people[user_id][0], avatar_url(cdn_url, user_id, people[user_id][1])) for user_id in sorted(people)
    ]
    seen = [_member(pair, *members[pair]) for pair in sorted(members) if pair[0]]
    async with transaction():
        await rows(_USES, _json((guild_ids, user_ids, *facts, moments)))
        await rows(_USERS, _columns(users))
        if seen:
            await rows(_GUILDS, _json(sorted({guild_id for guild_id in guild_ids if guild_id})))
            await rows(_MEMBERS, _columns(seen))


def _member(pair: tuple[int, int], at: float, display_name: str | None, nickname: str | None) -> tuple[Any, ...]:
    return *pair, at, _searched(display_name), _searched(nickname)


def _searched(name: str | None) -> str | None:
    """A name in the form used for searching."""
    return name.lower()[:LONGEST_NAME] if name else None


def _is_refused(error: Exception) -> bool:
    """Whether the database or its driver rejects the data itself."""
    return any(isinstance(one, REFUSALS) for one in (error, error.__cause__))


def _at(use: Use) -> float:
    return use.at


def _columns(lines: list[tuple[Any, ...]]) -> str:
    return _json(tuple(zip(*lines, strict=True)))


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
