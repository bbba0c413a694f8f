"""Charts as numbers: whatever is counted lies inside the plot, in order, at its true height."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from locales import t
from web import charts
from web.charts import Label, Series

few = settings(max_examples=40)
values = some.lists(some.none() | some.integers(-(10**15), 10**15), min_size=1, max_size=80)
counts = some.lists(some.integers(0, 10**15), min_size=1, max_size=80)
POINT = re.compile(r"[ML]([\d.e+-]+) ([\d.e+-]+)")


def labels(count: int) -> list[Label]:
    return [Label(str(n), f"day {n}") for n in range(count)]


def line(*series: list[int | None]) -> charts.Plot:
    made = [Series("x", one, before=bool(n)) for n, one in enumerate(series)]
    return charts.line("c", t("Title"), t("Told"), labels(len(series[0])), made)


@few
@given(values)
def test_a_scale_is_even_round_and_holds_every_value_and_zero(found: list[int | None]) -> None:
    scale = charts.ticks(found)
    known = [one for one in found if one is not None]
    assert scale[0] <= min([*known, 0])
    assert scale[-1] >= max([*known, 0])
    assert 0 in scale
    assert 2 <= len(scale) <= 7
    (step,) = {right - left for left, right in pairwise(scale)}
    assert str(step).rstrip("0") in {"1", "2", "5"}


@few
@given(values)
def test_a_line_goes_through_each_value_from_left_to_right_and_never_over_a_gap(found: list[int | None]) -> None:
    plot = line(found)
    points = [(float(x), float(y)) for x, y in POINT.findall(plot.curves[0].path)]
    known = [one for one in found if one is not None]
    assert len(points) == len(known)
    assert all(0 <= x <= 100 and 0 <= y <= 100 for x, y in points)
    assert [x for x, _ in points] == sorted({x for x, _ in points})
    runs = sum(value is not None and (n == 0 or found[n - 1] is None) for n, value in enumerate(found))
    assert plot.curves[0].path.count("M") == runs
    for (_, y), (_, other), value, next_value in zip(points, points[1:], known, known[1:], strict=False):
        assert (y >= other) if value < next_value else (y <= other)
    around = [None, *found, None]
    lonely = [n for n, one in enumerate(found) if one is not None and around[n] is None and around[n + 2] is None]
    assert len(plot.curves[0].dots) == len(lonely)


@few
@given(counts, some.data())
def test_columns_stand_on_zero_and_what_went_away_hangs_from_it(up: list[int], data: some.DataObject) -> None:
    down = data.draw(some.lists(some.integers(0, 10**15), min_size=len(up), max_size=len(up)))
    series = [Series("in", up), Series("out", down, downwards=True)]
    plot = charts.columns("c", t("Title"), t("Told"), labels(len(up)), series)
    for box in plot.boxes:
        assert 0 <= box.x < box.x + box.width <= 100.1
        edge = box.y + box.height if box.look == "s1" else box.y
        assert edge == pytest.approx(plot.zero, abs=0.02)
    assert len(plot.boxes) <= sum(1 for one in [*up, *down] if one)


@few
@given(counts)
def test_everything_that_is_pointed_at_lies_side_by_side_over_the_whole_width(found: list[int]) -> None:
    plot = line(list(found), list(found))
    assert plot.strips[0].x == 0
    for left, right in pairwise(plot.strips):
        assert left.x + left.width == pytest.approx(right.x, abs=0.02)
    assert plot.strips[-1].x + plot.strips[-1].width == pytest.approx(100, abs=0.02)
    assert [[value for _, value in strip.values] for strip in plot.strips] == [[one, one] for one in found]
    assert 1 <= len(plot.marks) <= 5
    assert (plot.marks[0].text, plot.marks[-1].text) == ("0", str(len(found) - 1))


@few
@given(counts)
def test_the_longest_bar_fills_the_width_and_the_others_are_in_proportion(found: list[int]) -> None:
    chart = charts.bars("c", t("Title"), t("Told"), (t("Name"), t("Uses")), [("x", one, None) for one in found])
    assert all(0 <= bar.width <= 100 for bar in chart.bars)
    assert max(bar.width for bar in chart.bars) == (100 if any(found) else 0)
    assert not chart.compared


@few
@given(some.lists(some.integers(-(10**15), 10**15), max_size=60))
def test_a_tiny_line_stays_in_its_field(found: list[int]) -> None:
    points = [tuple(map(float, one.split(","))) for one in charts.spark(found).removeprefix("M").split()]
    assert len(points) == (2 if len(found) == 1 else len(found))
    assert all(0 <= x <= 100 and 2 <= y <= 22 for x, y in points)


def test_nothing_at_all_is_a_level_line_on_zero_below_a_scale_of_one() -> None:
    plot = line([0, 0, 0])
    assert [tick.value for tick in plot.ticks] == [0, 1]
    assert plot.curves[0].path == "M0 100L50 100L100 100"


def test_a_single_value_is_a_dot_in_the_middle() -> None:
    plot = line([7])
    assert [(dot.x, plot.curves[0].look) for dot in plot.curves[0].dots] == [(50, "s1")]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0, "0"), (-12, "−12"), (999, "999"), (1000, "1k"), (1240, "1.2k"), (9949, "9.9k"), (9950, "10k"),
        (999_499, "999k"), (999_500, "1M"), (3_400_000, "3.4M"), (-3_400_000, "−3.4M"), (5 * 10**12, "5T"),
    ],
)  # fmt: skip
def test_large_numbers_become_short(value: int, said: str) -> None:
    assert charts.short(value, "en-US") == said


def test_readers_of_portuguese_and_spanish_meet_their_comma() -> None:
    assert [charts.short(1240, one) for one in ("pt-BR", "es-ES", "es-419", "de")] == ["1,2k", "1,2k", "1.2k", "1.2k"]


def test_words_tell_the_trend() -> None:
    days = labels(3)
    assert str(charts.in_all(days, [1, 5, 2])) == "8 in total, with a peak of 5 (day 1)."
    assert str(charts.in_all(days, [1, 5, 2], [4, 0, 0])).startswith("8 in total (4 in the previous period)")
    assert str(charts.in_all(days, [0, 0, 0], [4, 0, 0])) == "Nothing in this period; 4 in the previous one."
    assert str(charts.from_to(days, [10, 50, 20])) == "From 10 to 20, with a peak of 50 (day 1)."
    assert str(charts.peak(days, [1, None, 4])) == "The peak was 4 (day 2)."
    assert str(charts.peak(days, [0, None, 0])) == "Nothing in this period."
    assert str(charts.from_to([], [])) == "Nothing in this period."
