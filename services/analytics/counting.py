"""The counting job: counts each new row once, in the transaction that moves the cursor past it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
import structlog

from services.analytics import coin_counts, member_counts, use_counts
from services.analytics.horizon import Horizon, horizon
from services.core.transactions import rows, transaction

log = structlog.get_logger(__name__)

BATCH = 5000  # rows per transaction
FEWER = 10  # divide the batch size by this after a batch that took too long
# Our own time limit, and the server's.
TOO_LONG = (TimeoutError, asyncpg.QueryCanceledError)

_OPEN = """
INSERT INTO statistics_cursors (source, last_id, counted_at) VALUES ($1, 0, to_timestamp(0)) ON CONFLICT DO NOTHING"""
# If the cursor is locked, its holder counts the same rows, so there is nothing to do.
_TAKE = "SELECT last_id FROM statistics_cursors WHERE source = $1 FOR UPDATE SKIP LOCKED"
# Unless the holder is our own last attempt, which the server may still be rolling back.
_WAIT = "SELECT last_id FROM statistics_cursors WHERE source = $1 FOR UPDATE"
_MOVE = """
UPDATE statistics_cursors SET last_id = $2, counted_at = coalesce($3::timestamptz, counted_at) WHERE source = $1"""


@dataclass(frozen=True, slots=True)
class Source:
    """An append-only table: how to find its next rows, and how to count a range of ids."""

    table: str
    next: str
    counts: Sequence[str]


SOURCES = (
    Source(
        "command_usage",
        "SELECT id FROM command_usage WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
        (use_counts.HOURS, use_counts.DAYS, member_counts.DAYS),
    ),
    Source(
        "transfers",
        "SELECT id FROM transfers WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3",
        (coin_counts.DAYS,),
    ),
)


async def count() -> None:
    """Count new rows; late rows count on their own day, and no row counts twice."""
    for source in SOURCES:
        await rows(_OPEN, source.table)
        complete = await horizon(source.table)
        if complete is None:
            log.warning("not counted: somebody has been writing for long", table=source.table)
            continue
        await _batches(source, complete)


async def _batches(source: Source, complete: Horizon) -> None:
    """Count all rows, in smaller batches if they take too long: late rows change the counts of later days."""
    take, size, more = _TAKE, BATCH, True
    while more:
        try:
            more = await _batch(source, complete, take, size)
        except TOO_LONG:
            if size == 1:
                raise
            take, size = _WAIT, max(1, size // FEWER)
            log.warning("counting took too long: fewer at a time", table=source.table, rows=size)
        else:
            take, size = _TAKE, min(BATCH, size * 2)


async def _batch(source: Source, complete: Horizon, take: str, size: int) -> bool:
    """Count up to `size` rows; returns whether there are more."""
    async with transaction():
        cursor = await rows(take, source.table)
        if not cursor:
            return False
        last = cursor[0]["last_id"]
        found = await rows(source.next, last, complete.last, size)
        if found:
            for sql in source.counts:
                await rows(sql, last, found[-1]["id"])
        more = len(found) == size
        # Never backwards: another process may have moved it on in the meantime.
        reached = found[-1]["id"] if more else max(last, complete.last)
        await rows(_MOVE, source.table, reached, None if more else complete.at)
    return more
