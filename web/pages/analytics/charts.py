"""The charts of the analytics pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from locales import Text, command_name, t
from services.analytics import CommandFigures, CommandPoint, Flow, Point
from web import charts, days
from web.charts import Bars, Label, Plot, Series

MOST_USED = 8  # commands as bars; all of them stand in the table

Values = Sequence[int | None]


def uses(points: Sequence[Point], before: Sequence[Point] | None, *, hourly: bool) -> Plot:
    """How often commands were used, and how often they failed."""
    failed = Series(t("Failed"), [point.failed for point in points])
    now, was = [point.uses for point in points], None if before is None else [one.uses for one in before]
    more = [failed] if any(failed.values) else []
    return _counts("uses", t("Commands used"), t("Uses"), _labels(points, hourly=hourly), now, was, *more)


def most_used(figures: Sequence[CommandFigures], before: Mapping[str, CommandFigures] | None) -> Bars:
    """The commands that were used most."""
    top = sorted(figures, key=lambda one: -one.uses)[:MOST_USED]
    known = before or {}
    rows = [
        (f"/{one.name}", one.uses, None if before is None else known[one.name].uses if one.name in known else 0)
        for one in top
    ]
    told = t("Most used: /{command}.", command=command_name(top[0].name)) if top else t("Nothing in this period.")
    return charts.bars("most-used", t("Most used"), told, (t("Command"), t("Uses")), rows)


def course(points: Sequence[CommandPoint], *, hourly: bool) -> tuple[Plot, Plot]:
    """One command: how often it was used, and how long its answers took."""
    labels = _labels(points, hourly=hourly)
    counts = [point.uses for point in points]
    series = [Series(t("Uses"), counts), Series(t("Failed"), [point.failed for point in points])]
    used = charts.line("course-uses", t("Uses"), charts.in_all(labels, counts), labels, series)
    p95 = [point.p95 for point in points]
    slowest = max((one for one in p95 if one is not None), default=0)
    told = t("p95 peaked at {milliseconds} ms.", milliseconds=slowest)
    times = [Series(t("p95"), p95), Series(t("Median"), [point.p50 for point in points])]
    return used, charts.line("course-times", t("Response time (ms)"), told, labels, times)


def members(points: Sequence[Point], before: Sequence[Point] | None) -> tuple[Plot, Plot, Plot]:
    """Who was active, who came, and how much was used, by the day."""
    labels = _labels(points, hourly=False)
    active = [point.active for point in points]
    told = t("Members who used a command that day. {trend}", trend=charts.peak(labels, active))
    was = None if before is None else [one.active for one in before]
    shown = charts.line("active", t("Active members"), told, labels, _series(t("Active members"), active, was))
    new = [point.new for point in points], None if before is None else [one.new for one in before]
    used = [point.uses for point in points], None if before is None else [one.uses for one in before]
    return (
        shown,
        _counts("new", t("New members"), t("New members"), labels, *new),
        _counts("uses", t("Commands used"), t("Uses"), labels, *used),
    )


def coins(flow: Flow, before: Flow | None) -> tuple[Plot, Plot, Plot]:
    """How many coins there were, were made and destroyed, and changed accounts, by the day."""
    labels = [_day(day.day) for day in flow.days]
    supply, was = [day.supply for day in flow.days], None if before is None else [day.supply for day in before.days]
    moved, moved_before = (
        [day.coins for day in flow.days],
        None if before is None else [day.coins for day in before.days],
    )
    title = t("Coins in circulation")
    return (
        charts.line("supply", title, charts.from_to(labels, supply), labels, _series(title, supply, was)),
        _change(flow, labels),
        _counts("moved", t("Coins transferred"), t("Coins"), labels, moved, moved_before),
    )


def _change(flow: Flow, labels: Sequence[Label]) -> Plot:
    made, gone = [day.minted for day in flow.days], [day.burned for day in flow.days]
    told = t("{minted} minted and {burned} burned in this period.", minted=sum(made), burned=sum(gone))
    series = [Series(t("Minted"), made), Series(t("Burned"), gone, downwards=True)]
    return charts.columns("change", t("Minted and burned"), told, labels, series)


def _counts(
    key: str, title: Text, label: Text, labels: Sequence[Label], now: Values, before: Values | None, *more: Series
) -> Plot:
    return charts.line(key, title, charts.in_all(labels, now, before), labels, [*_series(label, now, before), *more])


def _series(label: Text, now: Values, before: Values | None) -> list[Series]:
    return [Series(label, now), *([Series(t("Previous period"), before, before=True)] if before is not None else [])]


def _labels(points: Sequence[Point] | Sequence[CommandPoint], *, hourly: bool) -> list[Label]:
    return [_hour(point.at) if hourly else _day(point.at.date()) for point in points]


def _hour(at: datetime) -> Label:
    return Label(f"{at:%H:%M}", days.hour(at))


def _day(day: date) -> Label:
    return Label(days.short(day), days.full(day))
