"""What happened in guilds, in an order that no late commit can upset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import orjson

from services.core.transactions import Row, rows

# A transaction that is still running may write a row with a lower id than one that was read. So nothing is read of
# transactions from the oldest running one on: below it all are over, and (xid, id) is an order that stays.
_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NOW = f"SELECT {_HORIZON} AS horizon"
_NEWS = f"""
WITH bound AS MATERIALIZED (SELECT {_HORIZON} AS horizon)
SELECT horizon, e.* FROM bound LEFT JOIN LATERAL (
    SELECT xid, id, guild_id, kind, data, created_at FROM live_events
     WHERE guild_id = ANY($1::bigint[]) AND xid >= $2 AND xid < horizon AND (xid, id) > ($2, $3)
     ORDER BY xid, id LIMIT $4) AS e ON true
 ORDER BY e.xid, e.id"""  # noqa: S608  # nosec B608  (our own constant)
_BETWEEN = """
SELECT xid, id, guild_id, kind, data, created_at FROM live_events
 WHERE guild_id = $1 AND xid >= $2 AND (xid, id) > ($2, $3) AND (xid, id) <= ($4, $5) AND kind = ANY($6::text[])
 ORDER BY xid, id LIMIT $7"""
_REACHES = f"""
SELECT ($1, $2) >= (coalesce(max(xid), 0), coalesce(max(event_id), 0)) AND $1 <= {_HORIZON} AS reached
  FROM live_history"""  # noqa: S608  # nosec B608  (our own names)


class Kind(StrEnum):
    """What is reported."""

    COMMAND = "command"
    LEDGER = "ledger"
    SETTING = "setting"
    JOB = "job"
    MEMBER = "member"


class Cursor(NamedTuple):
    """A place in the order of events; whoever has seen everything up to it goes on behind it."""

    xid: int
    event_id: int

    def __str__(self) -> str:
        return f"{self.xid:x}-{self.event_id:x}"

    @classmethod
    def read(cls, said: str) -> Cursor:
        """The place that a client names, or NOWHERE if we never gave it."""
        found = re.fullmatch("([0-9a-f]{1,15})-([0-9a-f]{1,15})", said)
        return cls(int(found[1], 16), int(found[2], 16)) if found else NOWHERE


NOWHERE = Cursor(-1, 0)  # before everything that was ever kept


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    cursor: Cursor
    guild_id: int
    kind: Kind
    data: bytes
    at: datetime

    @cached_property
    def json(self) -> str:
        """As it is told; the same text for everybody who watches."""
        told = {
            "type": "event",
            "cursor": str(self.cursor),
            "guild_id": str(self.guild_id),
            "kind": self.kind,
            "at": self.at,
            "data": orjson.Fragment(self.data),
        }
        return orjson.dumps(told, option=orjson.OPT_UTC_Z).decode()


class EventBatch(NamedTuple):
    """Events that are final, and the place up to which there are no others."""

    events: list[Event]
    position: Cursor


async def now() -> Cursor:
    """The place behind everything that is final."""
    (row,) = await rows(_NOW)
    return Cursor(row["horizon"], 0)


async def news(guild_ids: Sequence[int], after: Cursor, limit: int) -> EventBatch:
    """What happened in these guilds behind a place, oldest first, at most so much of it."""
    found = await rows(_NEWS, list(guild_ids), after.xid, after.event_id, limit)
    events = [_event(row) for row in found if row["id"] is not None]
    # Below the horizon all is read unless the limit cut it short. Clocks of the database never run backwards.
    position = events[-1].cursor if len(events) == limit else max(after, Cursor(found[0]["horizon"], 0))
    return EventBatch(events, position)


async def between(guild_id: int, kinds: frozenset[Kind], after: Cursor, upto: Cursor, limit: int) -> list[Event]:
    """What happened in one guild behind a place and up to another, oldest first, at most so much of it."""
    return [_event(row) for row in await rows(_BETWEEN, guild_id, *after, *upto, list(kinds), limit)]


async def reaches(cursor: Cursor) -> bool:
    """Whether all that happened behind this place is still there; a place in the future was not given by us."""
    (row,) = await rows(_REACHES, *cursor)
    return bool(row["reached"])


def _event(row: Row) -> Event:
    data = row["data"]
    said = data.encode() if isinstance(data, str) else orjson.dumps(data)
    return Event(Cursor(row["xid"], row["id"]), row["guild_id"], Kind(row["kind"]), said, row["created_at"])
