"""The id up to which a table is complete: ids are assigned in order, but rows appear when transactions commit."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import NamedTuple

from services.core.transactions import rows

PATIENCE = 5.0  # seconds for current writers to finish
PAUSE = 0.02

_GIVEN = """
SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence($1, 'id')::regclass), 0) AS last, tatiana_now() AS at"""
# An INSERT takes this lock before it draws an id, and holds it until its row is visible to all. Looking at locks makes
# nobody wait, while taking one would stop every payment behind the slowest.
_WRITERS = """
SELECT virtualtransaction AS writer FROM pg_locks
 WHERE locktype = 'relation' AND relation = $1::regclass AND mode = 'RowExclusiveLock' AND granted
   AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND pid IS DISTINCT FROM pg_backend_pid()"""


class Horizon(NamedTuple):
    """No row with an id up to `last` can appear any more; `at` is when those ids had been assigned."""

    last: int
    at: datetime


async def horizon(table: str) -> Horizon | None:
    """The newest id up to which a table is complete; None if a writer takes too long."""
    (given,) = await rows(_GIVEN, table)
    writing = await _writers(table)
    deadline = time.monotonic() + PATIENCE
    while writing:
        if time.monotonic() > deadline:
            return None
        await asyncio.sleep(PAUSE)
        writing &= await _writers(table)
    return Horizon(given["last"], given["at"])


async def _writers(table: str) -> set[str]:
    return {row["writer"] for row in await rows(_WRITERS, table)}
