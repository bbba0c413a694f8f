"""Lists of cases, newest first, and what a member's cases amount to.

A page begins after a case's number, so that the last page costs what the first one does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models.moderation import CaseKind, CaseState
from services.core import clock
from services.core.transactions import fetch, rows, select
from services.moderation import seals
from services.moderation.case import Case
from services.moderation.cases import COLUMNS

MOST_WORDS, LONGEST_WORD = 8, 100  # of a search; PostgreSQL refuses words of more than 2 KB
MOST_MATCHES = 1_000  # cases that a search looks up one by one
SHOWN = 10  # cases in a history
MOST_WARNINGS = 100  # that can count at once, the newest
NEWEST = 2**62  # greater than any number

# An erased member who comes back is recognized by their mark.
_OF_MEMBER = "c.guild_id = $1 AND (c.user_id = $2 OR c.member_mark = $3)"
_MATCH = "to_tsvector('simple', c.reason) @@ to_tsquery('simple', {})"
_MATCHING = f"SELECT c.number FROM moderation_logs c WHERE c.guild_id = $1 AND {_MATCH.format('$2')} LIMIT $3"  # noqa: S608  # nosec B608  (our own names)
_PAGE = f"{COLUMNS} WHERE c.guild_id = $1 AND c.number < $2"
_SUGGESTED = f"""
{select(Case, "c")} FROM unnest($2::bigint[], $3::bigint[]) AS wanted (low, high)
 CROSS JOIN LATERAL (SELECT * FROM moderation_logs m WHERE m.guild_id = $1 AND m.number BETWEEN low AND high
                      ORDER BY m.number DESC LIMIT $4) AS c
 ORDER BY c.number DESC LIMIT $4"""  # noqa: S608  # nosec B608  (our own names)
_COUNTS = f"""
SELECT c.action, count(*) AS cases FROM moderation_logs c
 WHERE {_OF_MEMBER} AND c.state IN ('pending', 'active', 'ended') GROUP BY c.action"""  # noqa: S608  # nosec B608  (our own names)
_NEWEST = f"{COLUMNS} WHERE {_OF_MEMBER} ORDER BY c.number DESC LIMIT $4"
_WARNINGS = f"""
{COLUMNS} WHERE {_OF_MEMBER} AND c.action = 'warn' AND c.state = 'active'
   AND (c.expires_at IS NULL OR c.expires_at > $4)
 ORDER BY c.number DESC LIMIT $5"""
_NOTES = f"""
SELECT count(*) AS notes FROM moderation_logs c
  JOIN case_events e ON e.guild_id = c.guild_id AND e.number = c.number AND e.text IS NOT NULL
 WHERE {_OF_MEMBER}"""  # noqa: S608  # nosec B608  (our own names)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases are wanted; each word of `text` must begin a word of the reason."""

    member_id: int | None = None
    moderator_id: int | None = None
    action: CaseKind | None = None
    state: CaseState | None = None
    since: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What a server has on record about a member; neither failed nor voided cases are counted."""

    counts: dict[CaseKind, int]
    warnings: Sequence[Case]  # those that count
    newest: Sequence[Case]
    notes: int


async def page(guild_id: int, wanted: CaseFilter, *, before: int | None = None, limit: int = 10) -> Sequence[Case]:
    """Cases with numbers below `before`."""
    words = _words(wanted.text)
    rare = await _rare(guild_id, words) if words else None
    if rare == [] or (wanted.text and not words):
        return []
    conditions, values = _conditions(guild_id, wanted, words, rare)
    sql = " AND ".join([_PAGE, *conditions]) + f" ORDER BY c.number DESC LIMIT ${len(values) + 3}"
    return await fetch(Case, sql, guild_id, before or NEWEST, *values, limit)


async def suggested(guild_id: int, typed: str, limit: int = 25) -> Sequence[Case]:
    """The newest cases whose number begins like this; all of them if nothing was typed."""
    if not typed:
        return await page(guild_id, CaseFilter(), limit=limit)
    if not (typed.isascii() and typed.isdecimal() and len(typed) <= len(str(NEWEST)) - 1):
        return []
    low = [int(typed) * 10**more for more in range(len(str(NEWEST)) - len(typed))]
    return await fetch(Case, _SUGGESTED, guild_id, low, [n + 10**more - 1 for more, n in enumerate(low)], limit)


async def history(guild_id: int, member_id: int) -> History:
    """A member's counts, the warnings that count, the newest cases and the number of private notes."""
    who = (guild_id, member_id, seals.member_mark(guild_id, member_id))
    counts = await rows(_COUNTS, *who)
    (notes,) = await rows(_NOTES, *who)
    return History(
        counts={CaseKind(row["action"]): row["cases"] for row in counts},
        warnings=await active_warnings(guild_id, member_id),
        newest=await fetch(Case, _NEWEST, *who, SHOWN),
        notes=notes["notes"],
    )


async def active_warnings(guild_id: int, member_id: int) -> Sequence[Case]:
    """The warnings that count: neither expired nor voided."""
    mark = seals.member_mark(guild_id, member_id)
    return await fetch(Case, _WARNINGS, guild_id, member_id, mark, clock.now(), MOST_WARNINGS)


async def _rare(guild_id: int, words: str) -> list[int] | None:
    """The cases with these words; None if they are many, which are found sooner by reading the newest cases."""
    found = await rows(_MATCHING, guild_id, words, MOST_MATCHES + 1)
    return [row["number"] for row in found] if len(found) <= MOST_MATCHES else None


def _conditions(
    guild_id: int, wanted: CaseFilter, words: str, rare: list[int] | None
) -> tuple[Sequence[str], Sequence[object]]:
    """What was asked for alone, so that each search is planned for itself and finds its index."""
    values: list[object] = []

    def placed(condition: str, *added: object) -> str:
        values.extend(added)
        first = len(values) - len(added) + 3
        return condition.format(*(f"${number}" for number in range(first, first + len(added))))

    made = []
    if wanted.member_id is not None:
        mark = seals.member_mark(guild_id, wanted.member_id)
        made.append(placed("(c.user_id = {} OR c.member_mark = {})", wanted.member_id, mark))
    if rare is not None:
        made.append(placed("c.number = ANY({})", rare))
    elif words:
        made.append(placed(_MATCH, words))
    equal = {"moderator_id": wanted.moderator_id, "action": wanted.action, "state": wanted.state}
    made += [placed(f"c.{name} = {{}}", value) for name, value in equal.items() if value is not None]
    if wanted.since is not None:
        made.append(placed("c.created_at >= {}", wanted.since))
    return made, values


def _words(text: str) -> str:
    """A search for words by their beginnings; empty without any."""
    return " & ".join(f"'{word[:LONGEST_WORD]}':*" for word in re.findall(r"\w+", text)[:MOST_WORDS])
