"""/servers/{id}/analytics: commands, activity and coins over time, with charts, tables and CSV files."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar, cast

from starlette.responses import Response

from locales import Text
from services import analytics
from services.analytics import CommandFigures, Flow, Point, Trend
from services.analytics.overview import Days
from services.analytics.ranges import BadRange
from services.core import areas, command_areas
from services.core.areas import Area
from services.economy import audit_runs, corrections, rules, sentences
from services.identity.authority import Role
from services.settings import switches
from web.charts import Plot
from web.frame.page import Visit, page
from web.pages.analytics import charts, ranges, tables
from web.pages.analytics.csv import csv
from web.pages.analytics.ranges import Range
from web.rendering import show as shown

SLOW = 1000  # milliseconds; above this p95, a command counts as slow
OFTEN = 0.05  # share of uses from which a command counts as failing

_SORTS = ("uses", "name", "answered", "refused", "failed", "p50", "p95", "p99", "missed")

T = TypeVar("T")


@page
async def show(visit: Visit) -> Response:
    """Command uses and response times; one command in full if the address names it."""
    found, wrong = _range(visit)
    (points, before), (figures, was) = await asyncio.gather(
        _both(partial(_points, visit), found), _both(partial(_figures, visit), found)
    )
    sort, name = _sort(visit), visit.query("command")
    chosen = next((figure for figure in figures if figure.name == name), None)
    return await _shown(
        visit,
        "analytics/commands.html",
        "",
        found,
        wrong,
        {"command": chosen.name if chosen else "", "sort": sort if sort != "uses" else ""},
        uses=charts.uses(points, before, hourly=found.days == 1),
        most_used=charts.most_used(figures, _by_name(was)),
        chosen=chosen,
        course=await _course(visit, found, chosen.name) if chosen else (),
        groups=_by_area(_sorted(figures, sort)),
        before=_by_name(was),
        sort=sort,
        slow=SLOW,
        often=OFTEN,
        totals={name: _trend(figures, was, name) for name in ("uses", "refused", "failed", "missed")},
    )


@page
async def commands_file(visit: Visit) -> Response:
    """The same figures as a file."""
    found = ranges.of(visit)
    figures, was = await _both(partial(_figures, visit), found)
    return csv(_named("commands", found), tables.commands(_sorted(figures, _sort(visit)), _by_name(was)))


@page
async def activity(visit: Visit) -> Response:
    """Active and new members."""
    found, wrong = _range(visit)
    points, before = await _both(partial(_points, visit), found.whole_days)
    # Distinct people over the whole range: pre-counted for the usual ranges only.
    exact = await analytics.overview(visit.guild_id, cast(Days, found.days)) if found.days else None
    return await _shown(
        visit,
        "analytics/activity.html",
        "/activity",
        found,
        wrong,
        plots=charts.members(points, before),
        active=exact.active if exact else None,
        totals={name: _trend(points, before, name) for name in ("new", "uses")},
        busiest=max((point.active or 0 for point in points), default=0),
    )


@page
async def activity_file(visit: Visit) -> Response:
    """The same figures as a file."""
    found = ranges.of(visit).whole_days
    return csv(_named("activity", found), tables.activity(*await _both(partial(_points, visit), found)))


@page
async def economy(visit: Visit) -> Response:
    """Coin supply and flow, and the latest ledger audit."""
    await switches.require(visit.guild_id, areas.area("economy"))
    found, wrong = _range(visit)
    (flow, before), house, settings, proof = await asyncio.gather(
        _both(partial(_flow, visit), found.whole_days),
        corrections.server_accounts(visit.guild_id),
        rules.of(visit.guild_id),
        audit_runs.newest(visit.guild_id),
    )
    was = {kind.kind: kind.coins for kind in before.kinds} if before else {}
    days = before.days if before else None
    return await _shown(
        visit,
        "analytics/economy.html",
        "/economy",
        found,
        wrong,
        plots=charts.coins(flow, before),
        kinds=[(sentences.title(kind.kind), kind, was.get(kind.kind, 0)) for kind in flow.kinds],
        supply=Trend(flow.days[-1].supply, days[-1].supply if days else 0),
        totals={name: _trend(flow.days, days, name) for name in ("minted", "burned", "coins")},
        house=house,
        symbol=settings.symbol,
        proof=proof,
        may_prove=visit.role >= Role.ADMIN,
    )


@page
async def economy_file(visit: Visit) -> Response:
    """The same figures as a file: a line per day, or per kind of transfer."""
    await switches.require(visit.guild_id, areas.area("economy"))
    found = ranges.of(visit).whole_days
    flow, before = await _both(partial(_flow, visit), found)
    if visit.query("by") == "kind":
        return csv(_named("coins-by-kind", found), tables.kinds(flow, before))
    return csv(_named("coins", found), tables.economy(flow, before))


async def _shown(
    visit: Visit,
    template: str,
    tab: str,
    found: Range,
    wrong: Text | None,
    kept: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """A page with the shared header; `kept` are other query parameters to keep."""
    place, kept = f"/servers/{visit.guild_id}/analytics", kept or {}
    return shown(
        visit,
        template,
        status_code=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        place=place + tab,
        carried=found.query(),
        range=found,
        called=ranges.words(found),
        choices=[(days, f"{place}{tab}?{found.query(kept, days=days)}", days == found.days) for days in ranges.CHOICES],
        compare=f"{place}{tab}?{found.query(kept, compared=not found.compared)}",
        file=f"{place}{tab or '/commands'}.csv?{found.query({'sort': kept.get('sort', '')})}",
        kept=kept,
        wrong=wrong,
        typed={name: visit.query(name) for name in ("since", "until")} if wrong else None,
        counted_at=await analytics.counted_at(),
        **values,
    )


def _range(visit: Visit) -> tuple[Range, Text | None]:
    """The requested range; the default one and an error if it is invalid."""
    try:
        return ranges.of(visit), None
    except BadRange as error:
        return ranges.usual(visit), error.text


async def _both(read: Callable[[Range], Awaitable[T]], found: Range) -> tuple[T, T | None]:
    """The requested figures, and those of the period before if compared."""
    if found.before is None:
        return await read(found), None
    now, before = await asyncio.gather(read(found), read(found.before))
    return now, before


async def _points(visit: Visit, found: Range) -> Sequence[Point]:
    return await analytics.activity(visit.guild_id, found.since, found.until, found.step)


async def _figures(visit: Visit, found: Range) -> Sequence[CommandFigures]:
    return await analytics.commands(visit.guild_id, found.since, found.until)


async def _flow(visit: Visit, found: Range) -> Flow:
    return await analytics.economy_flow(visit.guild_id, found.first, found.last)


async def _course(visit: Visit, found: Range, name: str) -> Sequence[Plot]:
    points = await analytics.course(visit.guild_id, name, found.since, found.until, found.step)
    return charts.course(points, hourly=found.days == 1)


def _sort(visit: Visit) -> str:
    return visit.query("sort") if visit.query("sort") in _SORTS else _SORTS[0]


def _sorted(figures: Sequence[CommandFigures], sort: str) -> Sequence[CommandFigures]:
    if sort == "name":
        return sorted(figures, key=lambda one: one.name)
    return sorted(figures, key=lambda one: (-(getattr(one, sort) or 0), one.name))


def _by_area(figures: Sequence[CommandFigures]) -> Sequence[tuple[Area | None, Sequence[CommandFigures]]]:
    """The figures of each area together, in the order in which the areas come up."""
    groups: dict[str, tuple[Area | None, list[CommandFigures]]] = {}
    for command in figures:
        area = command_areas.area_of(command.name)
        groups.setdefault(area.name if area else "", (area, []))[1].append(command)
    return list(groups.values())


def _by_name(figures: Sequence[CommandFigures] | None) -> Mapping[str, CommandFigures] | None:
    return None if figures is None else {figure.name: figure for figure in figures}


def _trend(now: Sequence[object], before: Sequence[object] | None, name: str) -> Trend:
    """One figure summed over all rows."""
    sums = [sum(getattr(one, name) or 0 for one in found) for found in (now, before or ())]
    return Trend(*sums)


def _named(what: str, found: Range) -> str:
    """A descriptive file name."""
    return f"{what}-{found.first}-{found.last}"
