"""What a list reads is its page, however many members and guilds there are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import orjson
import pytest

from discord_api.snowflakes import HIGHEST
from services.analytics.command_trend import _DAYS as _COURSE
from services.analytics.commands import _BY_DAY
from services.analytics.overview import _DAYS as _OVERVIEW
from services.core.transactions import rows
from services.directory.guilds import _HERE
from services.directory.members import _BY_BALANCE, _BY_NAME, _BY_SEEN, ABOVE_ALL
from services.economy.corrections import _HOUSE
from tests.support.bot import GUILD

PAGE = 51

_MEMBERS = """
INSERT INTO user_guild_data (guild_id, user_id, last_seen_at)
SELECT $1, n, now() - n * interval '1 second' FROM generate_series(1, $2::int) n"""
_NAMES = "INSERT INTO users (discord_id, username) SELECT n, left(md5(n::text), 12) FROM generate_series(1, $1::int) n"
_WALLETS = """
INSERT INTO user_economy (guild_id, kind, user_id, balance)
SELECT $1, 'wallet', n, n % 7 FROM generate_series(1, $2::int) n"""  # hundreds and thousands with the same balance
_GUILDS = "INSERT INTO guilds (discord_id) SELECT n FROM generate_series(1, $1::int) n"
_DAYS = """
INSERT INTO command_days (guild_id, day, command_name, uses, answered, deferred, refused, failed, latency)
SELECT g, current_date - d, 'c', 1, 1, 0, 0, 0, '{}' FROM generate_series(1, $1::int) g, generate_series(0, 20) d"""
_GUILD_DAYS = """
INSERT INTO guild_days (guild_id, day, active, active_7, active_30, active_90, new, uses, failed)
SELECT guild_id, day, 1, 1, 1, 1, 0, uses, failed FROM command_days"""


@pytest.fixture
async def crowd(database: str, migrated: asyncpg.Connection[asyncpg.Record], full: bool) -> int:
    """How many members there are, and as many guilds."""
    count = 1_000_000 if full else 20_000
    for table in ("user_economy", "command_days"):
        await migrated.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for sql, *values in ((_NAMES, count), (_MEMBERS, GUILD, count), (_WALLETS, GUILD, count)):
        await migrated.execute(sql, *values)
    await migrated.execute(_GUILDS, count)
    await migrated.execute(_DAYS, count // 20)
    await migrated.execute(_GUILD_DAYS)
    for table in ("user_economy", "command_days"):
        await migrated.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table in ("users", "user_guild_data", "user_economy", "guilds", "command_days", "guild_days"):
        await migrated.execute(f"VACUUM ANALYZE {table}")
    return count


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for inner in plan.get("Plans", ()):
        yield from _nodes(inner)


async def _most(sql: str, *values: Any) -> float:
    """The most rows that any step of a statement read or threw away."""
    (row,) = await rows("EXPLAIN (ANALYZE, FORMAT JSON) " + sql, *values)
    (found,) = orjson.loads(row["QUERY PLAN"])
    nodes = list(_nodes(found["Plan"]))
    return max(float((n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"]) for n in nodes)


@pytest.mark.timeout(600)
async def test_no_page_reads_more_than_itself(crowd: int) -> None:
    late = datetime(2200, 1, 1, tzinfo=UTC)
    assert await _most(_BY_NAME, GUILD, "", 0, ABOVE_ALL, PAGE) <= PAGE
    assert await _most(_BY_NAME, GUILD, "8", 0, "8" + ABOVE_ALL, PAGE) <= PAGE
    assert await _most(_BY_NAME, GUILD, "8", crowd, "8" + ABOVE_ALL, PAGE) <= PAGE
    assert await _most(_BY_SEEN, GUILD, late, HIGHEST, PAGE) <= PAGE
    assert await _most(_BY_SEEN, GUILD, datetime.now(UTC), crowd // 2, PAGE) <= PAGE
    assert await _most(_BY_BALANCE, GUILD, HIGHEST, 0, PAGE) <= 2 * PAGE
    assert await _most(_BY_BALANCE, GUILD, 3, crowd // 2, PAGE) <= 2 * PAGE
    assert await _most(_HERE, list(range(1, 21))) <= 20
    today = datetime.now(UTC).date()
    assert await _most(_OVERVIEW, 7, today - timedelta(days=730), today - timedelta(days=365), today, 30) <= 21
    assert await _most(_BY_DAY, 7, today - timedelta(days=365), today) <= 2
    assert await _most(_COURSE, 7, today - timedelta(days=365), today, "c") <= 21
    assert await _most(_HOUSE, GUILD) <= 4
