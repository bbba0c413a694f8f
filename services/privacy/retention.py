"""What had its time is deleted, as the tags of each table say."""

from __future__ import annotations

from services.core import areas
from services.core.transactions import rows

BATCH = 5000  # rows in one statement, so that nobody waits for a lock


async def clean() -> None:
    """Delete what has had its time, in small steps."""
    for table, tags in areas.tables().items():
        if tags.expires is None:
            continue
        condition = tags.expires
        # Both parts are our own constants, never anybody's text.
        sql = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {condition} LIMIT {BATCH}) RETURNING id"  # noqa: S608  # nosec B608  (our own names)
        while len(await rows(sql)) == BATCH:
            pass
