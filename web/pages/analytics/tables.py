"""The analytics figures as tables for files; compared with the period before, each column gets a second one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from services.analytics import CommandFigures, Flow, Point
from web.pages.analytics.csv import Table

T = TypeVar("T")

_COMMANDS = ("uses", "answered", "deferred", "refused", "failed", "p50", "p95", "p99", "missed")
_ACTIVITY = ("active", "new", "uses", "failed")
_DAYS = ("transfers", "coins", "minted", "burned", "supply")
_KINDS = ("transfers", "coins", "minted", "burned")


def commands(figures: Sequence[CommandFigures], before: Mapping[str, CommandFigures] | None) -> Table:
    """A line per command, in the page's order; times in milliseconds."""
    lines = [(f"/{figure.name}", figure, (before or {}).get(figure.name)) for figure in figures]
    return _table("command", _COMMANDS, lines, compared=before is not None)


def activity(points: Sequence[Point], before: Sequence[Point] | None) -> Table:
    """A line for each day."""
    lines = [(one.at.date(), one, was) for one, was in _beside(points, before)]
    return _table("day", _ACTIVITY, lines, compared=before is not None)


def economy(flow: Flow, before: Flow | None) -> Table:
    """A line for each day."""
    lines = [(one.day, one, was) for one, was in _beside(flow.days, before.days if before else None)]
    return _table("day", _DAYS, lines, compared=before is not None)


def kinds(flow: Flow, before: Flow | None) -> Table:
    """A line per kind of transfer."""
    was = {kind.kind: kind for kind in before.kinds} if before else {}
    lines = [(kind.kind, kind, was.get(kind.kind)) for kind in flow.kinds]
    return _table("kind", _KINDS, lines, compared=before is not None)


def _beside(now: Sequence[T], before: Sequence[T] | None) -> list[tuple[T, T | None]]:
    was: Sequence[T | None] = [None] * len(now) if before is None else before
    return list(zip(now, was, strict=True))


def _table(
    first: str, names: Sequence[str], lines: Sequence[tuple[object, object, object]], *, compared: bool
) -> Table:
    was = [f"{name}_before" for name in names] if compared else []
    return Table(
        [first, *names, *was],
        [
            [called, *_values(names, now), *(_values(names, before) if compared else ())]
            for called, now, before in lines
        ],
    )


def _values(names: Sequence[str], row: object) -> list[object]:
    return [getattr(row, name, None) for name in names]
