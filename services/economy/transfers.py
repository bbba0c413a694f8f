"""All transfers of a guild by kind and time; a page costs the same for a thousand as for ten million."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import AccountKind
from services.core.transactions import rows
from services.economy.ledger import Party
from services.economy.statements import BEGINNING, END, NEWEST, kinds_of

_ROOM = timedelta(minutes=10)  # longer than any transaction lasts

# Without a kind, one index range by number; with kinds, one short range per kind.
_SUMMARY = """
SELECT t.id AS number, t.kind, t.created_at AS at, t.actor_id, t.reason, t.reverses_id AS reverses,
       (SELECT coalesce(sum(p.amount), 0) FROM postings p
         WHERE p.guild_id = t.guild_id AND p.transfer_id = t.id AND p.amount > 0)::bigint AS coins,
       (SELECT r.id FROM transfers r WHERE r.guild_id = t.guild_id AND r.reverses_id = t.id) AS reversed_by,
       (SELECT ARRAY[e.kind::text, e.user_id::text] FROM postings p JOIN user_economy e ON e.id = p.account_id
         WHERE p.guild_id = t.guild_id AND p.transfer_id = t.id ORDER BY p.amount, p.id LIMIT 1) AS source,
       (SELECT ARRAY[e.kind::text, e.user_id::text] FROM postings p JOIN user_economy e ON e.id = p.account_id
         WHERE p.guild_id = t.guild_id AND p.transfer_id = t.id ORDER BY p.amount DESC, p.id LIMIT 1) AS target
  FROM ({found}) t ORDER BY t.id DESC LIMIT $6"""
_WITHIN = "t.created_at >= $4 AND t.created_at < $5"
_OF_ALL_KINDS = _SUMMARY.format(
    found=f"""
    SELECT t.* FROM transfers t WHERE t.guild_id = $1 AND t.id < $2 AND t.id >= $3 AND {_WITHIN}
     ORDER BY t.id DESC LIMIT $6"""  # noqa: S608  # nosec B608  (our own constants, here and below)
)
# Kind and number are compared as a pair; with the kind alone, the planner might scan all numbers for a rare one.
_OF_SOME_KINDS = _SUMMARY.format(
    found=f"""
    SELECT one.* FROM unnest($7::text[]) AS wanted (kind), LATERAL (
        SELECT t.* FROM transfers t
         WHERE t.guild_id = $1 AND (t.kind, t.id) < (wanted.kind, $2) AND (t.kind, t.id) >= (wanted.kind, $3)
           AND {_WITHIN}
         ORDER BY t.kind DESC, t.id DESC LIMIT $6) AS one"""  # noqa: S608  # nosec B608  (our own names)
)
# The first number at or after a moment, by binary search: numbers grow with time, and no index covers the time.
_FIRST_SINCE = """
WITH RECURSIVE halved AS (
    SELECT coalesce(min(t.id), 0) AS low, coalesce(max(t.id), 0) + 1 AS high FROM transfers t WHERE t.guild_id = $1
    UNION ALL
    SELECT CASE WHEN probe.at < $2 THEN probe.middle + 1 ELSE probe.low END,
           CASE WHEN probe.at < $2 THEN probe.high ELSE probe.middle END
      FROM (SELECT h.low, h.high, (h.low + h.high) / 2 AS middle,
                   (SELECT t.created_at FROM transfers t WHERE t.guild_id = $1 AND t.id >= (h.low + h.high) / 2
                     ORDER BY t.id LIMIT 1) AS at
              FROM halved h WHERE h.low < h.high) AS probe)
SELECT low AS first FROM halved WHERE low >= high"""


@dataclass(frozen=True, slots=True)
class Summary:
    """A transfer in a guild's list; `coins` is the amount moved."""

    number: int
    kind: str
    at: datetime
    actor_id: int
    coins: int
    reason: str
    reverses: int | None
    reversed_by: int | None
    source: Party | None  # the party that gave the most
    target: Party | None  # the party that received the most


async def listed(
    guild_id: int,
    *,
    kind: str = "all",
    since: datetime = BEGINNING,
    until: datetime = END,
    before: int = NEWEST,
    limit: int = 50,
) -> list[Summary]:
    """A guild's transfers with numbers below `before`, newest first."""
    # A transfer gets its number slightly before or after its time, so the number range is padded and the time decides.
    first = await _first_since(guild_id, since - _ROOM) if since > BEGINNING else 0
    last = min(before, await _first_since(guild_id, until + _ROOM)) if until < END else before
    between = (guild_id, last, first, since, until, limit)
    kinds = kinds_of(kind)
    found = await (rows(_OF_SOME_KINDS, *between, kinds) if kinds else rows(_OF_ALL_KINDS, *between))
    return [Summary(**row | {side: _party(row[side]) for side in ("source", "target")}) for row in found]


def people(listed: Iterable[Summary]) -> set[int]:
    """Everyone who acted in these transfers or whose coins moved."""
    named = {one for summary in listed for one in (summary.actor_id, summary.source, summary.target)}
    return {one for one in named if isinstance(one, int) and one > 0}


def _party(side: Sequence[str] | None) -> Party | None:
    if side is None:
        return None
    kind, user_id = side
    return int(user_id) if kind == AccountKind.WALLET else AccountKind(kind)


async def _first_since(guild_id: int, moment: datetime) -> int:
    (found,) = await rows(_FIRST_SINCE, guild_id, moment)
    return int(found["first"])
