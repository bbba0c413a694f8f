"""Verification of a server's cases: finds what was changed in the database other than by us.

It walks the chain in steps, so that it needs little memory and blocks nobody, in one snapshot of the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import orjson

from services.core.transactions import fetch, rows, select, transaction
from services.moderation import chain, seals
from services.moderation.chain import Chain, Event

STEP = 250  # events or cases per step, so that no step holds up the process
NAMED = 10  # findings reported; the walk ends there

_EVENTS = f"{select(Event, 'e')} FROM case_events e WHERE guild_id = $1 AND position > $2 ORDER BY position LIMIT $3"
_NEWEST = """
SELECT max(position) AS position FROM case_events WHERE guild_id = $1 AND number = ANY($2) GROUP BY number"""
# Each erasure of a case seals what all earlier ones left as well, so the last one is enough.
_EMPTIED = """
SELECT DISTINCT ON (number) number, coalesce(details -> 'emptied', '{}') AS emptied FROM case_events
 WHERE guild_id = $1 AND number = ANY($2) AND kind = 'erased' AND salt IS NOT NULL ORDER BY number, position DESC"""
_STEP_END = """
SELECT number FROM moderation_logs WHERE guild_id = $1 AND number > $2 ORDER BY number OFFSET $3 LIMIT 1"""
_STRAY = """
SELECT number FROM moderation_logs c WHERE guild_id = $1 AND number > $2 AND number <= $3
   AND NOT EXISTS (SELECT FROM case_events e WHERE e.guild_id = c.guild_id AND e.number = c.number)
 ORDER BY number LIMIT $4"""
_STRAY_FILES = """
SELECT DISTINCT number FROM case_evidence f WHERE guild_id = $1
   AND NOT EXISTS (SELECT FROM moderation_logs c WHERE c.guild_id = f.guild_id AND c.number = f.number)
 ORDER BY number LIMIT $2"""


class Wrong(StrEnum):
    """What is wrong at one place."""

    EVENT = "event"  # an event was edited
    MISSING = "missing"  # an event was deleted
    ORDER = "order"  # an event does not follow the one before it
    CASE = "case"  # a case or its evidence is not as its last event left it
    GONE = "gone"  # a case was deleted
    STRAY = "stray"  # a case or a file was added behind our back
    END = "end"  # events at the end were cut off or written anew


@dataclass(frozen=True, slots=True)
class Finding:
    """One wrong place; a deleted event doesn't say of which case it was."""

    wrong: Wrong
    number: int | None = None
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """The result for one server."""

    events: int
    findings: Sequence[Finding]

    @property
    def sound(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Walk:
    """How far the chain has been walked."""

    guild_id: int
    position: int = 0
    digest: bytes | None = seals.START  # None after a gap: what it should be isn't known
    findings: list[Finding] = field(default_factory=list)

    def found(self, wrong: Wrong, number: int | None = None, position: int | None = None) -> None:
        self.findings.append(Finding(wrong, number, position))


async def verify(guild_id: int, seen: Callable[[int], None] = lambda _events: None) -> Verification:
    """Check every event, case and piece of evidence of a server; `seen` is told how many events each step had."""
    async with transaction():
        await rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        walk, end = _Walk(guild_id), await chain.end_of(guild_id)
        while len(walk.findings) < NAMED and (events := await _next(walk)):
            await _check_step(walk, events)
            seen(len(events))
        if len(walk.findings) < NAMED:
            _check_end(walk, end)
            await _find_strays(walk)
    return Verification(walk.position, tuple(walk.findings[:NAMED]))


async def _next(walk: _Walk) -> Sequence[Event]:
    return await fetch(Event, _EVENTS, walk.guild_id, walk.position, STEP)


async def _check_step(walk: _Walk, events: Sequence[Event]) -> None:
    numbers = sorted({event.number for event in events})
    newest = {row["position"] for row in await rows(_NEWEST, walk.guild_id, numbers)}
    covered = await chain.cases(walk.guild_id, [event.number for event in events if event.position in newest])
    emptied = await _emptied(walk.guild_id, [event.number for event in events if event.salt is None])
    for event in events:
        _check_event(walk, event, emptied.get(event.number, {}))
        if event.position in newest:
            _check_case(walk, event, covered.get(event.number))


def _check_event(walk: _Walk, event: Event, emptied: Mapping[str, str]) -> None:
    if event.position != walk.position + 1:
        walk.found(Wrong.MISSING, position=walk.position + 1)
        walk.digest = None
    if not event.intact(emptied):
        walk.found(Wrong.EVENT, event.number, event.position)
    elif walk.digest is not None and event.digest != seals.link(walk.digest, event.seal):
        walk.found(Wrong.ORDER, event.number, event.position)
    elif event.kind == chain.TAMPERED:
        walk.found(Wrong.CASE, event.number, event.position)
    walk.position, walk.digest = event.position, event.digest


def _check_case(walk: _Walk, event: Event, covered: Sequence[Any] | None) -> None:
    if covered is None:
        walk.found(Wrong.GONE, event.number, event.position)
    elif not chain.is_left(event.salt, covered, event.case_digest):
        walk.found(Wrong.CASE, event.number, event.position)


async def _emptied(guild_id: int, numbers: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    """By case, the seals of what erasure left of each event, by position."""
    found = await rows(_EMPTIED, guild_id, numbers) if numbers else []
    return {row["number"]: orjson.loads(row["emptied"]) for row in found}


def _check_end(walk: _Walk, end: Chain | None) -> None:
    if end is None:
        if walk.position:
            walk.found(Wrong.END)
    elif not end.sound or end.length != walk.position or end.head != walk.digest:
        walk.found(Wrong.END, position=min(end.length, walk.position) + 1)


async def _find_strays(walk: _Walk) -> None:
    start: int | None = 0
    while start is not None and len(walk.findings) < NAMED:
        ends = await rows(_STEP_END, walk.guild_id, start, 100 * STEP)
        until = ends[0]["number"] if ends else None
        for row in await rows(_STRAY, walk.guild_id, start, until or 2**62, NAMED):
            walk.found(Wrong.STRAY, row["number"])
        start = until
    for row in await rows(_STRAY_FILES, walk.guild_id, NAMED):
        walk.found(Wrong.STRAY, row["number"])
