"""Charts as numbers: whatever the values, everything lies inside and says the truth."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from web import plots
from web.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH

VALUES = some.lists(some.integers(-(10**15), 10**15), min_size=1, max_size=120)


@given(VALUES)
def test_lines_lie_inside_and_higher_values_higher_up(values: list[int]) -> None:
    chart = plots.lines([str(place) for place in range(len(values))], ("them", values))
    (line,) = chart.series
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y, *_ in line.dots)
    ranked = sorted(zip(values, (y for _, y, *_ in line.dots), strict=True))
    assert all(first[1] >= second[1] for first, second in pairwise(ranked))
    assert [value for *_, value in line.dots] == values


@given(VALUES)
def test_bars_stand_on_the_zero_line(values: list[int]) -> None:
    chart = plots.bars([str(place) for place in range(len(values))], values)
    for bar in chart.bars:
        edge = bar.y + bar.height if bar.value >= 0 else bar.y
        assert abs(edge - chart.zero) <= 0.15
        assert bar.height >= 0
    assert all(TOP <= tick.at <= HEIGHT - BOTTOM for tick in chart.ticks)
    assert 2 <= len(chart.ticks) <= 8


@given(VALUES)
def test_labels_do_not_crowd(values: list[int]) -> None:
    chart = plots.lines([str(place) for place in range(len(values))], ("them", values))
    assert 1 <= len(chart.marks) <= plots.LABELS


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (999, "999"), (1000, "1k"), (1250, "1.2k"), (3_400_000, "3.4M"), (-2000, "-2k")]
)
def test_large_numbers_are_short(value: int, text: str) -> None:
    assert plots.short(value) == text


def test_nothing_is_said_to_be_nothing() -> None:
    assert plots.lines(["a", "b"], ("them", [0, 0])).empty
    assert not plots.bars(["a"], [-1]).empty
