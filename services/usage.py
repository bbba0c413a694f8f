"""Which commands are used, noted in memory and written in batches: statistics are never worth a wait."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

import asyncpg
import structlog

from discord_api.cdn import avatar_url
from services.transactions import rows, transaction

log = structlog.get_logger(__name__)

CDN_URL = "https://cdn.discordapp.com"
INTERVAL = 1.0  # seconds between two writes
BOUND = 20_000  # uses kept while the database is away

_USES = """
INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[], $5::text[], $6::timestamptz[])"""
_USERS = """
INSERT INTO users (discord_id, username, avatar_url) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])
ON CONFLICT (discord_id) DO UPDATE
   SET username = excluded.username, avatar_url = excluded.avatar_url, updated_at = now()
 WHERE (users.username, users.avatar_url) IS DISTINCT FROM (excluded.username, excluded.avatar_url)"""
_GUILDS = "INSERT INTO guilds (discord_id) SELECT * FROM unnest($1::bigint[]) ON CONFLICT DO NOTHING"
_MEMBERS = """
INSERT INTO user_guild_data (guild_id, user_id, last_seen_at)
SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[])
ON CONFLICT (guild_id, user_id) DO UPDATE
   SET last_seen_at = greatest(user_guild_data.last_seen_at, excluded.last_seen_at), name = excluded.name"""


class Use(NamedTuple):
    """One use of a command; `at` in seconds since 1970."""

    guild_id: int
    user_id: int
    username: str
    avatar: str | None
    command: str
    milliseconds: int
    outcome: str
    at: float


@dataclass(slots=True)
class Recorder:
    """Collects uses; what does not fit while the database is away is dropped, and told to `on_dropped`."""

    cdn_url: str = CDN_URL
    waiting: list[Use] = field(default_factory=list)
    on_dropped: Callable[[int], None] = field(default=lambda _uses: None)

    def add(self, use: Use) -> None:
        """Note one use; never waits."""
        if len(self.waiting) < BOUND:
            self.waiting.append(use)
        else:
            self.on_dropped(1)

    async def flush(self) -> None:
        """Write what was noted; after a fault it waits for the next time."""
        uses, self.waiting = self.waiting, []
        if not uses:
            return
        try:
            await _write(uses, self.cdn_url)
        except Exception as error:  # whatever is wrong with the database, statistics can wait
            log.warning("usage not written", error=type(error).__name__, uses=len(uses))
            # What the database refuses for its content it would refuse for ever, and all others behind it would wait.
            room = 0 if isinstance(error.__cause__, asyncpg.DataError) else BOUND - len(self.waiting)
            self.waiting = uses[:room] + self.waiting
            if len(uses) > room:
                self.on_dropped(len(uses) - room)

    async def run(self, stop: asyncio.Event) -> None:
        """Write once a second until `stop`, and once more then."""
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(INTERVAL):
                    await stop.wait()
            await self.flush()
        await self.flush()


async def _write(uses: list[Use], cdn_url: str) -> None:
    # Sorted, so that two processes never wait for each other in a circle.
    people = {use.user_id: use for use in sorted(uses, key=lambda use: use.at)}
    users = [people[user_id] for user_id in sorted(people)]
    guilds = sorted({use.guild_id for use in uses if use.guild_id})
    members = {(use.guild_id, use.user_id): use.at for use in sorted(uses, key=lambda use: use.at) if use.guild_id}
    pairs = sorted(members)
    async with transaction():
        await rows(
            _USES,
            [use.guild_id for use in uses],
            [use.user_id for use in uses],
            [use.command for use in uses],
            [use.milliseconds for use in uses],
            [use.outcome for use in uses],
            [_moment(use.at) for use in uses],
        )
        pictures = [avatar_url(cdn_url, u.user_id, u.avatar) for u in users]
        await rows(_USERS, [u.user_id for u in users], [u.username for u in users], pictures)
        await rows(_GUILDS, guilds)
        seen = [_moment(members[pair]) for pair in pairs]
        await rows(_MEMBERS, [guild for guild, _ in pairs], [user for _, user in pairs], seen)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
