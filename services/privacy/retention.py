"""Delete rows past their retention, as each table's tags say."""

from __future__ import annotations

from services.core import areas
from services.core.transactions import rows

BATCH = 5000  # rows per statement, so that nobody waits long for a lock


async def clean() -> None:
    """Delete rows past their retention, in small steps."""
    for table, tags in areas.tables().items():
        if tags.expires is None:
            continue
        condition = tags.expires
        # Both parts are our own constants, never user input.
        sql = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {condition} LIMIT {BATCH}) RETURNING id"  # noqa: S608  # nosec B608  (our own names)
        while len(await rows(sql)) == BATCH:
            pass
