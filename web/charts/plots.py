"""Charts over a time: lines and columns above a scale, and what is shown at each place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from locales import Text
from web.charts.scale import cut, height, place, ticks

MARKS = 5, 4  # labels below; of five, a narrow screen shows every other one
EDGE = 8  # hundredths at both ends in which a label does not stand centred
GAP = 0.24  # of the place of one column


class Label(NamedTuple):
    """A place along the chart: `short` stands below it, `full` in the table."""

    short: Text | str
    full: Text | str


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that is shown; None is a gap. What was in the period before is dashed, what went away hangs down."""

    label: Text | str
    values: Sequence[int | None]
    before: bool = False
    downwards: bool = False


class Tick(NamedTuple):
    """A line of the grid, and the number that belongs to it."""

    y: float
    value: int


class Mark(NamedTuple):
    """A label below the chart."""

    x: float
    text: Text | str
    anchor: str
    minor: bool


class Dot(NamedTuple):
    """A value between two gaps, which no line shows."""

    x: float
    y: float


class Curve(NamedTuple):
    """A series as a line."""

    path: str
    dots: Sequence[Dot]
    look: str


class Box(NamedTuple):
    """A value as a column."""

    x: float
    y: float
    width: float
    height: float
    look: str


class Strip(NamedTuple):
    """Everything at one place along the chart, for whoever points at it."""

    x: float
    width: float
    label: Text | str
    values: Sequence[tuple[Text | str, int | None]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A whole chart; `looks` are the classes of its series, and `zero` is the height of nothing."""

    id: str
    title: Text
    summary: Text
    series: Sequence[Series]
    looks: Sequence[str]
    ticks: Sequence[Tick]
    marks: Sequence[Mark]
    strips: Sequence[Strip]
    zero: float
    curves: Sequence[Curve] = ()
    boxes: Sequence[Box] = ()


def line(key: str, title: Text, summary: Text, labels: Sequence[Label], series: Sequence[Series]) -> Plot:
    """Lines over one scale that holds zero; a gap stays a gap."""
    scale, looks = ticks([value for one in series for value in one.values]), _looks(series)
    curves = [
        Curve(_path(one.values, scale), _dots(one.values, scale), look) for one, look in zip(series, looks, strict=True)
    ]
    places = [place(n, len(labels)) for n in range(len(labels))]
    return Plot(key, title, summary, series, looks, *_frame(labels, series, scale, places), curves=curves)


def columns(key: str, title: Text, summary: Text, labels: Sequence[Label], series: Sequence[Series]) -> Plot:
    """A group of columns at each place; what went away hangs down from zero."""
    scale, looks = ticks([_signed(one, value) for one in series for value in one.values]), _looks(series)
    places = [cut((n + 0.5) * 100 / len(labels)) for n in range(len(labels))]
    boxes = _boxes(series, looks, scale, len(labels))
    return Plot(key, title, summary, series, looks, *_frame(labels, series, scale, places), boxes=boxes)


def _frame(
    labels: Sequence[Label], series: Sequence[Series], scale: Sequence[int], places: Sequence[float]
) -> tuple[Sequence[Tick], Sequence[Mark], Sequence[Strip], float]:
    grid = [Tick(height(value, scale), value) for value in scale]
    return grid, _marks(labels, places), _strips(labels, series, places), height(0, scale)


def _looks(series: Sequence[Series]) -> list[str]:
    """Classes by which series differ, in colour and in the kind of line."""
    now = [one for one in series if not one.before]
    return ["before" if one.before else f"s{now.index(one) + 1}" for one in series]


def _boxes(series: Sequence[Series], looks: Sequence[str], scale: Sequence[int], count: int) -> list[Box]:
    # What goes up and what hangs down share a place; only those of one direction stand side by side.
    ranks = [sum(other.downwards == one.downwards for other in series[:n]) for n, one in enumerate(series)]
    band = 100 / max(count, 1)
    width = band * (1 - GAP) / (max(ranks, default=0) + 1)
    found = []
    for one, look, rank in zip(series, looks, ranks, strict=True):
        for n, value in enumerate(one.values):
            top, bottom = sorted((height(_signed(one, value) or 0, scale), height(0, scale)))
            if bottom > top:
                found.append(
                    Box(cut(n * band + band * GAP / 2 + rank * width), top, cut(width), cut(bottom - top), look)
                )
    return found


def _signed(series: Series, value: int | None) -> int | None:
    return -value if series.downwards and value is not None else value


def _marks(labels: Sequence[Label], places: Sequence[float]) -> list[Mark]:
    last = len(labels) - 1
    # As many as lie at even distances, if there is such a number.
    count = next((many for many in MARKS if last >= many and last % (many - 1) == 0), min(MARKS[0], last + 1))
    chosen = [round(n * last / max(count - 1, 1)) for n in range(count)]
    return [
        Mark(places[n], labels[n].short, _anchor(places[n]), minor=count == MARKS[0] and rank % 2 == 1)
        for rank, n in enumerate(chosen)
    ]


def _anchor(x: float) -> str:
    if EDGE <= x <= 100 - EDGE:
        return "middle"
    return "start" if x < EDGE else "end"


def _strips(labels: Sequence[Label], series: Sequence[Series], places: Sequence[float]) -> list[Strip]:
    edges = [0.0, *(cut((left + right) / 2) for left, right in pairwise(places)), 100.0]
    return [
        Strip(edges[n], cut(edges[n + 1] - edges[n]), label.full, [(one.label, one.values[n]) for one in series])
        for n, label in enumerate(labels)
    ]


def _path(values: Sequence[int | None], scale: Sequence[int]) -> str:
    drawn, pen = "", "M"
    for n, value in enumerate(values):
        if value is not None:
            drawn += f"{pen}{place(n, len(values)):g} {height(value, scale):g}"
        pen = "M" if value is None else "L"
    return drawn


def _dots(values: Sequence[int | None], scale: Sequence[int]) -> list[Dot]:
    around = [None, *values, None]
    return [
        Dot(place(n, len(values)), height(value, scale))
        for n, value in enumerate(values)
        if value is not None and around[n] is None and around[n + 2] is None
    ]
