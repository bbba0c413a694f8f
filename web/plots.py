"""Charts as numbers: where lines and bars lie, and what stands at the axes; templates only draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 720, 220
LEFT, RIGHT, TOP, BOTTOM = 46, 8, 10, 24
_ACROSS, _DOWN = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
LABELS = 6  # below the chart, at most
_NICE = (1, 2, 5, 10)
_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "k"))


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at an axis: where, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, and what is told about it."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its path, its points, and what it is called."""

    name: str
    path: str
    area: str
    dots: Sequence[tuple[float, float, str, int]]
    values: Sequence[int]
    dashed: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn; `labels` are of each point, for the table behind it."""

    series: Sequence[Series]
    bars: Sequence[Bar]
    ticks: Sequence[Tick]
    marks: Sequence[Tick]
    labels: Sequence[str]
    zero: float

    @property
    def empty(self) -> bool:
        """Whether there is nothing but zeros."""
        return not any(any(one.values) for one in self.series) and not any(bar.value for bar in self.bars)


def lines(labels: Sequence[str], *series: tuple[str, Sequence[int]]) -> Chart:
    """One or more lines over the same points; the second one is dashed, because colour alone tells nothing."""
    scale = _scale([value for _, values in series for value in values])
    drawn = [_line(name, values, labels, scale, dashed=bool(place)) for place, (name, values) in enumerate(series)]
    return Chart(drawn, (), _ticks(scale), _marks(labels), labels, _y(0, scale))


def bars(labels: Sequence[str], values: Sequence[int]) -> Chart:
    """A bar for each value, below the zero line for what is negative."""
    scale = _scale(values)
    each = _ACROSS / max(len(values), 1)
    gap = min(each * 0.25, 6)
    zero = _y(0, scale)
    drawn = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        top, bottom = sorted((_y(value, scale), zero))
        x, width = round(LEFT + place * each + gap / 2, 1), round(each - gap, 1)
        drawn.append(Bar(x, top, width, round(bottom - top, 1), label, value))
    return Chart((), drawn, _ticks(scale), _marks(labels), labels, zero)


def short(value: int) -> str:
    """1234 as 1.2k: for axes, where there is little room."""
    for size, unit in _UNITS:
        if abs(value) >= size:
            shown = f"{value / size:.1f}".removesuffix(".0")
            return f"{shown}{unit}"
    return str(value)


def _scale(values: Sequence[int]) -> tuple[int, int, int]:
    """The lowest and highest mark and the step between marks, all of them round numbers."""
    low, high = min([0, *values]), max([0, *values])
    if low == high:
        high = 1
    raw = (high - low) / 4
    power = 10 ** (len(str(int(raw))) - 1) if raw >= 1 else 1
    step = max(1, next(nice * power for nice in _NICE if nice * power >= raw))
    return -(-low // -step) * -step if low < 0 else 0, -(-high // step) * step, step


def _y(value: int, scale: tuple[int, int, int]) -> float:
    low, high, _ = scale
    return round(TOP + _DOWN * (high - value) / (high - low), 1)


def _x(place: int, count: int) -> float:
    return round(LEFT + (_ACROSS * place / (count - 1) if count > 1 else _ACROSS / 2), 1)


def _ticks(scale: tuple[int, int, int]) -> list[Tick]:
    low, high, step = scale
    return [Tick(_y(value, scale), short(value)) for value in range(low, high + 1, step)]


def _marks(labels: Sequence[str]) -> list[Tick]:
    """Labels below, so few that they don't touch each other."""
    every = max(1, -(-len(labels) // LABELS))
    return [Tick(_x(place, len(labels)), label) for place, label in enumerate(labels) if place % every == 0]


def _line(
    name: str, values: Sequence[int], labels: Sequence[str], scale: tuple[int, int, int], *, dashed: bool
) -> Series:
    points = [(_x(place, len(values)), _y(value, scale)) for place, value in enumerate(values)]
    path = " ".join(f"{'L' if place else 'M'}{x} {y}" for place, (x, y) in enumerate(points))
    zero = _y(0, scale)
    area = f"{path} L{points[-1][0]} {zero} L{points[0][0]} {zero} Z" if len(points) > 1 and not dashed else ""
    dots = [(x, y, label, value) for (x, y), label, value in zip(points, labels, values, strict=False)]
    return Series(name, path, area, dots, values, dashed)
