"""Promised answers: jobs stored over the reserved connection, many in one statement."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import orjson
import structlog

from services.core.jobs import REQUEST
from services.core.reserved import WITHIN, Connection, Reserved
from services.core.transactions import Gate
from services.core.unknown_outcomes import NOTE, Doubt

log = structlog.get_logger(__name__)

MAX_PER_STATEMENT = 500  # per statement
AGAIN = 1.0  # seconds until a kept promise is deleted, if that failed at once
MOST_KEPT = 10_000  # waiting for it

_STORE = """
INSERT INTO jobs (guild_id, kind, payload, key, due_at, max_attempts)
SELECT 0, $1, made.payload, made.key, tatiana_now() + make_interval(secs => $2), 8
  FROM unnest($3::text[], $4::jsonb[]) AS made (key, payload)
ON CONFLICT DO NOTHING"""
_FORGET = "DELETE FROM jobs WHERE guild_id = 0 AND key = ANY($1) RETURNING key"
_NO_DOUBT = """
DELETE FROM doubts d USING unnest($1::bigint[], $2::text[]) AS told (guild_id, key)
 WHERE d.guild_id = told.guild_id AND d.key = told.key"""


class _Kept(NamedTuple):
    key: str
    doubt: Doubt | None
    removed: Callable[[], None] | None


class _Waiting(NamedTuple):
    key: str
    payload: str
    doubt: Doubt | None
    gate: Gate
    stored: asyncio.Future[bool]


@dataclass(slots=True)
class Promises:
    """Jobs of one kind that a worker takes over after `takeover` seconds unless they are kept by then."""

    kind: str
    takeover: float
    reserved: Reserved
    _waiting: list[_Waiting] = field(default_factory=list)
    _kept: list[_Kept] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None
    _closed: bool = False

    async def store(self, key: str, payload: dict[str, Any], doubt: Doubt | None) -> bool | None:
        """Whether the promise was stored: True, False, or None if its COMMIT went unanswered.

        Its `doubt` is stored with it and lasts until the promise is deleted.
        """
        cause = structlog.contextvars.get_contextvars().get(REQUEST)
        stored = payload | {REQUEST: cause} if cause else payload
        ended = asyncio.get_running_loop().create_future()
        made = _Waiting(key, orjson.dumps(stored).decode(), doubt, Gate(), ended)
        self._waiting.append(made)
        self._write()
        await asyncio.wait((made.stored,), timeout=WITHIN)
        if made.stored.done() and made.stored.result():
            return True
        return False if made.gate.close() else None

    def forget(self, key: str, doubt: Doubt | None, removed: Callable[[], None] | None = None) -> None:
        """Delete a kept promise and its doubt. If this is lost, a worker keeps it again, which changes nothing.

        `removed` is called once it is certain that no worker has kept it or ever will.
        """
        self._kept.append(_Kept(key, doubt, removed))
        self._write()

    async def close(self) -> None:
        """Write what is left, within the time one promise may take."""
        self._closed = True
        if self._writing:
            await asyncio.wait((self._writing,), timeout=WITHIN)

    def _write(self) -> None:
        if not self._closed and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._waiting or self._kept:
            made, self._waiting = self._waiting[:MAX_PER_STATEMENT], self._waiting[MAX_PER_STATEMENT:]
            kept: list[_Kept] = []
            if not made:  # someone is waiting for a promise, and nobody for its deletion
                kept, self._kept = self._kept[:MAX_PER_STATEMENT], self._kept[MAX_PER_STATEMENT:]
            try:
                removed = await self.reserved.use(partial(self._commit, made, kept))
            except Exception as error:  # whatever is wrong with the database, no promise was made
                log.warning("no promise possible", error=repr(error)[:300])
                for one in made:
                    one.stored.set_result(False)
                self._kept = (kept + self._kept)[:MOST_KEPT]
                if not self._waiting:
                    asyncio.get_running_loop().call_later(AGAIN, self._write)
                    return
            else:
                for one in made:
                    one.stored.set_result(True)
                for end in kept:
                    if end.removed and end.key in removed:
                        end.removed()

    async def _commit(self, made: list[_Waiting], kept: list[_Kept], connection: Connection) -> set[str]:
        """Store promises and delete others in one transaction; returns the keys that were still there to delete."""
        removed: set[str] = set()
        made = [one for one in made if not one.gate.closed]
        async with connection.transaction():
            if kept:
                told = [one.doubt for one in kept if one.doubt]
                removed = {row["key"] for row in await connection.fetch(_FORGET, [one.key for one in kept])}
                await connection.execute(_NO_DOUBT, [doubt.guild_id for doubt in told], [doubt.key for doubt in told])
            if made:
                doubts = [one.doubt for one in made if one.doubt]
                jobs = [one.key for one in made], [one.payload for one in made]
                await connection.execute(_STORE, self.kind, self.takeover, *jobs)
                await connection.executemany(NOTE, doubts)
            # Nothing is awaited from here to the COMMIT. If one was given up meanwhile, all are undone.
            for one in made:
                one.gate.enter()
        return removed
