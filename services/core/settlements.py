"""Settle requests that were refused before they ran, many in one statement, as soon as the database allows.

A refusal is stored as the request's result unless it has one: a process that died may have carried it out.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import orjson
import structlog

from services.core.idempotency import Answer
from services.core.reserved import Connection, Reserved

log = structlog.get_logger(__name__)

MAX_PER_STATEMENT = 200  # per statement
AGAIN = 1.0  # seconds until an undecided request is tried again
MOST_WAITING = 10_000

# This waits for a transaction under way with the same key, and requests with other keys wait along with it.
_PATIENCE = "SET LOCAL lock_timeout = '100ms'"
_REFUSE = """
INSERT INTO receipts (guild_id, key, user_id, action, answer, refused)
SELECT guild_id, key, user_id, action, answer, true
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::jsonb[])
       AS asked (guild_id, key, user_id, action, answer)
 ORDER BY guild_id, key
ON CONFLICT DO NOTHING"""
_RECALL = """
SELECT guild_id, key, answer FROM receipts
  JOIN unnest($1::bigint[], $2::text[]) AS asked (guild_id, key) USING (guild_id, key)"""


class Request(NamedTuple):
    """A request as its idempotency record will describe it."""

    guild_id: int
    key: str
    user_id: int
    action: str


@dataclass(slots=True)
class Settlement:
    """A refusal to be stored; `tried` is set after the first attempt, which may have succeeded."""

    request: Request
    refusal: Answer
    answer: asyncio.Future[Answer]
    tried: asyncio.Event = field(default_factory=asyncio.Event)

    async def within(self, seconds: float) -> Answer | None:
        """The request's result, which may be the refusal; None if it isn't known within `seconds`."""
        if seconds > 0 and not self.answer.done():
            trying = asyncio.create_task(self.tried.wait())
            await asyncio.wait((trying,), timeout=seconds)
            trying.cancel()
        return self.answer.result() if self.answer.done() else None


@dataclass(slots=True)
class Settlements:
    """Refusals waiting to be stored, newest first."""

    reserved: Reserved
    _new: list[Settlement] = field(default_factory=list)
    _again: list[Settlement] = field(default_factory=list)
    _writing: asyncio.Task[None] | None = None
    _closed: bool = False

    def begin(self, request: Request, refusal: Answer) -> Settlement:
        """Find out a request's result; if it had no effect, make sure that it never will."""
        made = Settlement(request, refusal, asyncio.get_running_loop().create_future())
        self._new.append(made)
        self._write()
        return made

    def close(self) -> None:
        """Stop trying."""
        self._closed = True

    def _write(self) -> None:
        if not self._closed and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while batch := self._next():
            try:
                answers = await self.reserved.use(partial(_settle, batch))
            except Exception as error:  # whatever is wrong with the database, try again
                log.warning("not settled yet", error=repr(error)[:300], requests=len(batch))
                self._keep(batch)
                if not self._new:
                    asyncio.get_running_loop().call_later(AGAIN, self._write)
                    return
            else:
                for one, answer in zip(batch, answers, strict=True):
                    if not one.answer.done():
                        one.answer.set_result(answer)
            finally:
                for one in batch:
                    one.tried.set()

    def _next(self) -> list[Settlement]:
        waiting = self._new or self._again
        batch = [one for one in waiting[:MAX_PER_STATEMENT] if not one.answer.done()]
        del waiting[:MAX_PER_STATEMENT]
        return batch

    def _keep(self, batch: list[Settlement]) -> None:
        self._again = batch + self._again
        for one in self._again[MOST_WAITING:]:
            one.answer.cancel()
        del self._again[MOST_WAITING:]


async def _settle(batch: list[Settlement], connection: Connection) -> list[Answer]:
    guild_ids, keys, *others = zip(*(one.request for one in batch), strict=True)
    refusals = [orjson.dumps(one.refusal).decode() for one in batch]
    async with connection.transaction():
        await connection.execute(_PATIENCE)
        await connection.execute(_REFUSE, guild_ids, keys, *others, refusals)
        found = await connection.fetch(_RECALL, guild_ids, keys)
    first = {(row["guild_id"], row["key"]): row["answer"] for row in found}
    answers = (first.get(one.request[:2]) for one in batch)
    return [orjson.loads(answer) if answer else one.refusal for one, answer in zip(batch, answers, strict=True)]
