"""Live events, in an order that no late commit can change."""

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

# A running transaction may still write a row with a lower id than one already read. So nothing is read from
# the oldest running transaction on: below it all have ended, and the order by (xid, id) is final.
_HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
_NOW = f"SELECT {_HORIZON} AS horizon"
_NEWS = f"""
WITH bound AS MATERIALIZED (SELECT {_HORIZON} AS horizon)
SELECT horizon, e.* FROM bound LEFT JOIN LATERAL (
    SELECT xid, id, guild_id, kind, data, created_at FROM live_events
     WHERE guild_id = ANY($1::bigint[]) AND xid >= $2 AND xid < horizon AND (xid, id) > ($2, $3)
       AND kind = ANY($5::text[])
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
    """The kind of an event."""

    COMMAND = "command"
    LEDGER = "ledger"
    SETTING = "setting"
    JOB = "job"
    MEMBER = "member"
    CASE = "case"


class Cursor(NamedTuple):
    """A position in the order of events; reading resumes after it."""

    xid: int
    event_id: int

    def __str__(self) -> str:
        return f"{self.xid:x}-{self.event_id:x}"

    @classmethod
    def read(cls, said: str) -> Cursor:
        """The cursor a client sent, or NOWHERE if we never issued it."""
        found = re.fullmatch("([0-9a-f]{1,15})-([0-9a-f]{1,15})", said)
        return cls(int(found[1], 16), int(found[2], 16)) if found else NOWHERE


NOWHERE = Cursor(-1, 0)  # before every event ever stored


@dataclass(frozen=True)
class Event:
    """One event."""

    cursor: Cursor
    guild_id: int
    kind: Kind
    data: bytes
    at: datetime

    @cached_property
    def json(self) -> str:
        """The event as JSON, the same text for every watcher."""
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
    """Final events, and the position up to which there are no others."""

    events: list[Event]
    position: Cursor


async def now() -> Cursor:
    """The position after every final event."""
    (row,) = await rows(_NOW)
    return Cursor(row["horizon"], 0)


async def news(guild_ids: Sequence[int], after: Cursor, limit: int) -> EventBatch:
    """Events of these guilds after a position, oldest first, up to `limit`; kinds of a newer release are left out."""
    found = await rows(_NEWS, list(guild_ids), after.xid, after.event_id, limit, list(Kind))
    events = [_event(row) for row in found if row["id"] is not None]
    # Everything below the horizon is read unless the limit cut it short. The database's clock never runs backwards.
    position = events[-1].cursor if len(events) == limit else max(after, Cursor(found[0]["horizon"], 0))
    return EventBatch(events, position)


async def between(guild_id: int, kinds: frozenset[Kind], after: Cursor, upto: Cursor, limit: int) -> list[Event]:
    """Events of one guild between two positions, oldest first, up to `limit`."""
    return [_event(row) for row in await rows(_BETWEEN, guild_id, *after, *upto, list(kinds), limit)]


async def reaches(cursor: Cursor) -> bool:
    """Whether every event after this position is still stored; False for a position in the future."""
    (row,) = await rows(_REACHES, *cursor)
    return bool(row["reached"])


def _event(row: Row) -> Event:
    data = row["data"]
    said = data.encode() if isinstance(data, str) else orjson.dumps(data)
    return Event(Cursor(row["xid"], row["id"]), row["guild_id"], Kind(row["kind"]), said, row["created_at"])
