"""What signing in leaves behind, for tests: events of the house, rows, and what Redis remembers."""

from __future__ import annotations

from services.core import store
from services.core.transactions import rows


async def events() -> list[str]:
    return [row["action"] for row in await rows("SELECT action FROM audit_log WHERE guild_id = 0 ORDER BY id")]


async def count(table: str) -> int:
    (row,) = await rows(f"SELECT count(*) AS n FROM {table}")
    return int(row["n"])


async def wipe() -> None:
    redis = store.redis()
    assert redis is not None
    await redis.flushdb()


async def age(column: str, by: str) -> None:
    """Every session is that much older, and no copy remembers otherwise."""
    await rows(f"UPDATE sessions SET {column} = {column} - $1::text::interval", by)
    await wipe()
