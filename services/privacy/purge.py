"""Delete all data of servers that left more than a month ago."""

from __future__ import annotations

import structlog

from services.core import areas
from services.core.transactions import rows

log = structlog.get_logger(__name__)

STEP = 5000  # rows per statement, so that nobody waits long for a lock

_LONG_GONE = """
SELECT discord_id FROM guilds WHERE left_at < tatiana_now() - interval '30 days' ORDER BY discord_id LIMIT 100"""


async def long_gone() -> int:
    """Delete all data of servers that left over 30 days ago; returns how many."""
    gone = await rows(_LONG_GONE)
    for row in gone:
        await _purge(row["discord_id"])
    return len(gone)


async def _purge(guild_id: int) -> None:
    owned = {name: table.key for name, table in areas.tables().items() if "guild_id" in table.columns}
    for name, key in owned.items():
        # Our own names, never user input.
        sql = (
            f"DELETE FROM {name} WHERE {key} IN (SELECT {key} FROM {name} WHERE guild_id = $1 "  # noqa: S608  # nosec B608  (our own names)
            f"ORDER BY {key} DESC LIMIT {STEP}) RETURNING {key}"
        )
        while len(await rows(sql, guild_id)) == STEP:
            pass
    await rows("DELETE FROM guilds WHERE discord_id = $1 AND left_at IS NOT NULL", guild_id)
    log.info("a server that left was forgotten")
