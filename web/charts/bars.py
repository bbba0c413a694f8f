"""Horizontal bar charts: each bar with its name and value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from locales import Text
from web.charts.scale import cut

ROW = 44  # pixels for the label and the bar below it


class Bar(NamedTuple):
    """One row; widths as percentages of the longest, `y` in pixels."""

    label: Text | str
    value: int
    width: float
    before: int | None
    before_width: float
    y: int


@dataclass(frozen=True, slots=True)
class Bars:
    """The whole chart; `height` in pixels."""

    id: str
    title: Text
    summary: Text
    head: Text
    value_head: Text
    bars: Sequence[Bar]
    height: int

    @property
    def compared(self) -> bool:
        """Whether there are values for the period before."""
        return any(bar.before is not None for bar in self.bars)


def bars(
    key: str,
    title: Text,
    summary: Text,
    heads: tuple[Text, Text],
    rows: Sequence[tuple[Text | str, int, int | None]],
) -> Bars:
    """A bar per row of name, value and previous value; `heads` name the table's columns."""
    most = max((abs(one or 0) for _, value, before in rows for one in (value, before)), default=0) or 1
    made = [
        Bar(label, value, _share(value, most), before, _share(before or 0, most), place * ROW)
        for place, (label, value, before) in enumerate(rows)
    ]
    return Bars(key, title, summary, *heads, made, len(made) * ROW)


def _share(value: int, most: int) -> float:
    return cut(100 * abs(value) / most)
