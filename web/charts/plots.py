"""Time series charts: lines and columns over a scale, and the values at each position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from locales import Text
from web.charts.scale import cut, height, place, ticks

MARKS = 5, 4  # labels below the chart; a narrow screen shows every other one
EDGE = 8  # percent at both ends where a label is not centered
GAP = 0.24  # share of a position taken by one column


class Label(NamedTuple):
    """A position along the chart: `short` is shown below it, `full` in the table."""

    short: Text | str
    full: Text | str


@dataclass(frozen=True, slots=True)
class Series:
    """One series; None is a gap. The period before is dashed, outflows hang below zero."""

    label: Text | str
    values: Sequence[int | None]
    before: bool = False
    downwards: bool = False


class Tick(NamedTuple):
    """A grid line and its number."""

    y: float
    value: int


class Mark(NamedTuple):
    """A label below the chart."""

    x: float
    text: Text | str
    anchor: str
    minor: bool


class Dot(NamedTuple):
    """A single value between two gaps, where no line can be drawn."""

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
    """All values at one position, shown on hover."""

    x: float
    width: float
    label: Text | str
    values: Sequence[tuple[Text | str, int | None]]


@dataclass(frozen=True, slots=True)
class Plot:
    """A whole chart; `looks` are the CSS classes of its series, and `zero` is the height of zero."""

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
    """A line chart on a scale that includes zero; gaps stay gaps."""
    scale, looks = ticks([value for one in series for value in one.values]), _looks(series)
    curves = [
        Curve(_path(one.values, scale), _dots(one.values, scale), look) for one, look in zip(series, looks, strict=True)
    ]
    places = [place(n, len(labels)) for n in range(len(labels))]
    return Plot(key, title, summary, series, looks, *_frame(labels, series, scale, places), curves=curves)


def columns(key: str, title: Text, summary: Text, labels: Sequence[Label], series: Sequence[Series]) -> Plot:
    """A column chart with a group of columns per position; outflows hang below zero."""
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
    """CSS classes that distinguish series by color and line style."""
    now = [one for one in series if not one.before]
    return ["before" if one.before else f"s{now.index(one) + 1}" for one in series]


def _boxes(series: Sequence[Series], looks: Sequence[str], scale: Sequence[int], count: int) -> list[Box]:
    # Columns above and below zero share a position; only those in one direction are side by side.
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
    # As many as fit at even distances, if possible.
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
