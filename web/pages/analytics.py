"""/servers/{id}/analytics: commands, activity and coins over time, each with its chart, its table and its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from locales import Text, render, t
from services import books, economy_settings, sentences, statistics
from services.authority import Role
from services.statistics import CommandFigures, Point, Step
from web import plots
from web.frame.page import Visit, page
from web.pages import ranges
from web.pages.csv import csv
from web.pages.ranges import Range
from web.plots import Chart
from web.rendering import show as shown

SLOW = 1000  # milliseconds that one answer in twenty may take at most

_SORTS = ("uses", "name", "failed", "p95")


@page
async def show(visit: Visit) -> Response:
    """How often commands were used, which ones, and how long they took."""
    found = ranges.of(visit)
    points, figures = await _points(visit, found), await statistics.commands(visit.guild_id, found.since, found.until)
    before = await _points(visit, found.before) if found.compared else None
    sort = visit.query("sort") if visit.query("sort") in _SORTS else "uses"
    return _shown(
        visit,
        "analytics/commands.html",
        found,
        "",
        uses=_compared(visit, found, points, before, lambda one: one.uses),
        figures=_sorted(figures, sort),
        sort=sort,
        slow=SLOW,
        total=sum(one.uses for one in figures),
        failed=sum(one.failed for one in figures),
        missed=sum(one.missed for one in figures),
    )


@page
async def commands_file(visit: Visit) -> Response:
    """The same figures as a file."""
    found = ranges.of(visit)
    figures = await statistics.commands(visit.guild_id, found.since, found.until)
    head = ["command", "uses", "answered", "deferred", "refused", "failed", "p50_ms", "p95_ms", "p99_ms", "missed"]
    lines = [
        (one.name, one.uses, one.answered, one.deferred, one.refused, one.failed, one.p50, one.p95, one.p99, one.missed)
        for one in figures
    ]
    return csv("commands", head, [(f"/{name}", *counts) for name, *counts in lines])


@page
async def activity(visit: Visit) -> Response:
    """How many members were active, and how many came."""
    found = ranges.of(visit)
    points = await _days(visit, found)
    before = await _days(visit, found.before) if found.compared else None
    return _shown(
        visit,
        "analytics/activity.html",
        found,
        "/activity",
        active=_compared(visit, found, points, before, lambda one: one.active or 0),
        new=plots.bars([_label(one, hourly=False) for one in points], [one.new or 0 for one in points]),
        newcomers=sum(one.new or 0 for one in points),
    )


@page
async def activity_file(visit: Visit) -> Response:
    """The same figures as a file."""
    points = await _days(visit, ranges.of(visit))
    head = ["day", "active", "new", "uses", "failed"]
    return csv("activity", head, [[one.at.date(), one.active, one.new, one.uses, one.failed] for one in points])


@page
async def economy(visit: Visit) -> Response:
    """How many coins there are, where they came from and went, and what the books say of it."""
    found = ranges.of(visit)
    flow = await statistics.economy_flow(visit.guild_id, found.first, found.last)
    house = await books.house(visit.guild_id)
    days = [one.day.isoformat()[5:] for one in flow.days]
    return _shown(
        visit,
        "analytics/economy.html",
        found,
        "/economy",
        supply=plots.lines(days, (_said(visit, t("Coins in the world")), [one.supply for one in flow.days])),
        change=plots.bars(days, [one.minted - one.burned for one in flow.days]),
        kinds=[(sentences.title(one.kind), one) for one in flow.kinds],
        minted=sum(one.minted for one in flow.days),
        burned=sum(one.burned for one in flow.days),
        house=house,
        symbol=(await economy_settings.of(visit.guild_id)).symbol,
        may_prove=visit.role >= Role.ADMIN,
    )


@page
async def economy_file(visit: Visit) -> Response:
    """The same figures as a file."""
    found = ranges.of(visit)
    flow = await statistics.economy_flow(visit.guild_id, found.first, found.last)
    head = ["day", "transfers", "coins", "minted", "burned", "supply"]
    return csv(
        "economy",
        head,
        [[one.day, one.transfers, one.coins, one.minted, one.burned, one.supply] for one in flow.days],
    )


def _shown(visit: Visit, template: str, found: Range, tab: str, **values: Any) -> Response:
    place = f"/servers/{visit.guild_id}/analytics"
    labels: Mapping[str, Text] = {"": t("Commands"), "/activity": t("Activity"), "/economy": t("Coins")}
    return shown(
        visit,
        template,
        here="analytics",
        place=place + tab,
        tabs=[(f"{place}{one}?{found.query()}", words, one == tab) for one, words in labels.items()],
        range=found,
        called=ranges.words(found),
        choices=[(days, f"{place}{tab}?{found.query(days=days)}", days == found.days) for days in ranges.CHOICES],
        compare=f"{place}{tab}?{found.query(compared=not found.compared)}",
        file=f"{place}{tab or '/commands'}.csv?{found.query()}",
        **values,
    )


async def _points(visit: Visit, found: Range) -> Sequence[Point]:
    step = Step.HOUR if found.hourly else Step.DAY
    return await statistics.activity(visit.guild_id, found.since, found.until, step)


async def _days(visit: Visit, found: Range) -> Sequence[Point]:
    return await statistics.activity(visit.guild_id, found.since, found.until, Step.DAY)


def _compared(
    visit: Visit, found: Range, points: Sequence[Point], before: Sequence[Point] | None, value: Callable[[Point], int]
) -> Chart:
    """A line, and the same time before it if that is wanted."""
    series = [(_said(visit, t("In this time")), [value(one) for one in points])]
    if before:
        series.append((_said(visit, t("In the time before")), [value(one) for one in before][: len(points)]))
    return plots.lines([_label(one, hourly=found.hourly) for one in points], *series)


def _label(one: Point, *, hourly: bool) -> str:
    return f"{one.at:%H:%M}" if hourly else f"{one.at:%m-%d}"


def _sorted(figures: Sequence[CommandFigures], sort: str) -> Sequence[CommandFigures]:
    if sort == "name":
        return sorted(figures, key=lambda one: one.name)
    return sorted(figures, key=lambda one: getattr(one, sort) or 0, reverse=True)


def _said(visit: Visit, text: Text) -> str:
    return render(text, visit.locale)
