"""A migration that takes long: processes of the previous release go on beside it, and people can look at figures."""

from __future__ import annotations

import asyncio
import os
from typing import Any, TypeAlias

import asyncpg

from app import database as storage
from app.database_url import credentials
from services.analytics.counting import _TAKE
from tests.app import old_databases
from tests.support.waiting import until

ADDED, FILLED = "0021_running_totals", "0023_fill_running_totals"
LAST_TO_BE_FILLED = "UPDATE guild_days SET active = active"
FIGURES = (
    "SELECT sum(uses) FROM command_hours",
    "SELECT sum(uses) FROM command_days",
    "SELECT sum(new) FROM guild_days",
)
UNFILLED = """
SELECT id FROM command_hours WHERE earlier IS NULL UNION ALL SELECT id FROM command_days WHERE earlier IS NULL"""

Connection: TypeAlias = "asyncpg.Connection[Any]"


async def test_figures_can_be_read_while_running_totals_are_filled_and_counting_is_put_off(server_url: str) -> None:
    url = await old_databases.restore(server_url, "0020_guild_hours", f"tatiana_filling_{os.getpid()}")
    counting, writing, other = [await asyncpg.connect(**credentials(url)) for _ in range(3)]
    count = counting.transaction()
    await count.start()
    await counting.execute(_TAKE, "command_usage")
    upgrading = asyncio.create_task(storage.upgrade_patiently(storage.config(url)))
    await until(lambda: other.fetchval("SELECT count(*) FROM tortoise_migrations WHERE name = $1", ADDED))
    async with writing.transaction():
        await writing.execute(LAST_TO_BE_FILLED)
        await count.rollback()
        await until(lambda: _is_filling(other, writing))
        for figures in FIGURES:
            assert await other.fetchval(figures, timeout=8)
        assert not upgrading.done()
    assert FILLED in await upgrading
    assert await other.fetch(UNFILLED) == []
    for connection in (counting, writing, other):
        await connection.close()
    await old_databases.drop(url)


async def _is_filling(other: Connection, writing: Connection) -> bool:
    """Whether the migration holds the cursor and waits for what `writing` has locked."""
    waiting = await other.fetchval(
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND $1 = ANY(pg_blocking_pids(pid))", writing.get_server_pid()
    )
    return bool(waiting) and not await other.fetch(_TAKE, "command_usage")
