"""Analytics: overview, commands and their latency, activity, and the flow of coins."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema

from services import analytics
from services.analytics import CommandFigures, Interval
from services.analytics import Trend as Compared
from services.analytics.overview import Days
from services.core import clock
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Moment, Query, Reply

_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"20\d\d-\d\d-\d\d", re.ASCII)
_DAYS = {"1": 1, "7": 7, "30": 30, "90": 90}


def _written(pattern: re.Pattern[str], example: str) -> BeforeValidator:
    def check(value: Any) -> Any:
        # Left alone, numbers would be taken for seconds since 1970.
        if isinstance(value, str) and not pattern.fullmatch(value):
            raise ValueError(f"must be written like {example}")
        return value

    return BeforeValidator(check)


MomentIn = Annotated[
    AwareDatetime,
    _written(_MOMENT, "2026-03-01T00:00:00Z"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
DayIn = Annotated[date, _written(_DAY, "2026-03-01"), WithJsonSchema({"type": "string", "format": "date"})]


class OverviewQuery(Query):
    """The period to look at."""

    days: Annotated[Days, BeforeValidator(lambda value: _DAYS.get(value, value))] = Field(
        7, description="Length of the period in days"
    )


class Range(Query):
    """A range of time; by default the last seven days."""

    since: MomentIn | None = Field(None, description="Rounded to hours (UTC), or to days before the last 90")
    until: MomentIn | None = Field(None, description="Exclusive")

    def bounds(self) -> tuple[datetime, datetime]:
        """The range, with defaults filled in."""
        until = self.until or clock.now()
        return self.since or until - timedelta(days=7), until


class ActivityRange(Range):
    """A range of time and its resolution."""

    step: Interval = Field(Interval.DAY, description="`hour` for at most 31 days, `day` for at most two years")


class DayRange(Query):
    """A range of days (UTC), both included; by default the last thirty."""

    first: DayIn | None = Field(None, description="By default 29 days before `last`")
    last: DayIn | None = Field(None, description="By default today")


class Trend(Reply):
    """A value, and the same for the previous period."""

    now: int
    before: int
    change: float | None = Field(description="Relative to `before`; null if that was 0", examples=[0.12])


class Overview(Reply):
    """A period and the one before it, in days (UTC); today so far counts as a day."""

    days: int
    uses: Trend = Field(description="Commands used")
    active_members: Trend = Field(description="Members who used a command")
    new_members: Trend = Field(description="Members who used their first command")
    transfers: Trend = Field(description="Coin transfers")
    supply: Trend = Field(description="Coins in circulation at the end of each period")
    counted_at: Moment | None = Field(description="Time up to which everything is counted")


class Command(Reply):
    """One command; percentiles are estimates in milliseconds, capped at 3000."""

    name: str = Field(examples=["daily"])
    uses: int
    answered: int = Field(description="Answered at once")
    deferred: int = Field(description="Deferred, then answered")
    refused: int = Field(description="Not carried out, for example without permission or enough coins")
    failed: int = Field(description="Ended in an error")
    failure_share: float
    p50: int | None = Field(examples=[38])
    p95: int | None
    p99: int | None
    timed_out: int = Field(description="Answered after Discord's three-second limit")


class Commands(Reply):
    """Every command used, most used first."""

    commands: list[Command]


class Point(Reply):
    """One hour or day."""

    at: Moment
    uses: int
    failed: int
    active_members: int | None = Field(description="Null by hour")
    new_members: int | None = Field(description="Null by hour")


class Activity(Reply):
    """Every hour or day of the range, including those without activity."""

    points: list[Point]


class CoinFlowDay(Reply):
    """The flow of coins on one day."""

    day: date
    transfers: int
    coins: int = Field(description="Coins transferred")
    minted: int
    burned: int
    supply: int = Field(description="Coins in circulation at the end of the day")


class CoinFlowKind(Reply):
    """The flow of coins by type of transfer."""

    kind: str = Field(examples=["daily"])
    transfers: int
    coins: int
    minted: int
    burned: int


class CoinFlow(Reply):
    """Every day of the range, and every type of transfer in it."""

    days: list[CoinFlowDay]
    kinds: list[CoinFlowKind]


@endpoint(Operation("Get an overview", tag="analytics", query=OverviewQuery, reply=Overview))
async def overview(call: Call, query: OverviewQuery) -> Overview:
    """The main figures with their trends."""
    found = await analytics.overview(call.guild_id, query.days)
    return Overview(
        days=found.days,
        uses=_trend(found.uses),
        active_members=_trend(found.active),
        new_members=_trend(found.new),
        transfers=_trend(found.transfers),
        supply=_trend(found.supply),
        counted_at=found.counted_at,
    )


@endpoint(Operation("Get command usage and latency", tag="analytics", query=Range, reply=Commands))
async def commands(call: Call, query: Range) -> Commands:
    """Uses, failures and latency by command."""
    found = await analytics.commands(call.guild_id, *query.bounds())
    return Commands(commands=[_command(one) for one in found])


@endpoint(Operation("Get activity over time", tag="analytics", query=ActivityRange, reply=Activity))
async def activity(call: Call, query: ActivityRange) -> Activity:
    """Commands used and active members by hour or day."""
    found = await analytics.activity(call.guild_id, *query.bounds(), query.step)
    return Activity(
        points=[
            Point(at=one.at, uses=one.uses, failed=one.failed, active_members=one.active, new_members=one.new)
            for one in found
        ]
    )


@endpoint(Operation("Get the flow of coins", tag="analytics", query=DayRange, reply=CoinFlow))
async def economy(call: Call, query: DayRange) -> CoinFlow:
    """Supply and flow of coins by day and type of transfer."""
    last = query.last or clock.now().date()
    found = await analytics.economy_flow(call.guild_id, query.first or last - timedelta(days=29), last)
    return CoinFlow(
        days=[
            CoinFlowDay(
                day=day.day,
                transfers=day.transfers,
                coins=day.coins,
                minted=day.minted,
                burned=day.burned,
                supply=day.supply,
            )
            for day in found.days
        ],
        kinds=[
            CoinFlowKind(
                kind=kind.kind, transfers=kind.transfers, coins=kind.coins, minted=kind.minted, burned=kind.burned
            )
            for kind in found.kinds
        ],
    )


def _trend(found: Compared) -> Trend:
    return Trend(now=found.now, before=found.before, change=found.change)


def _command(found: CommandFigures) -> Command:
    return Command(
        name=found.name,
        uses=found.uses,
        answered=found.answered,
        deferred=found.deferred,
        refused=found.refused,
        failed=found.failed,
        failure_share=found.failure_share,
        p50=found.p50,
        p95=found.p95,
        p99=found.p99,
        timed_out=found.missed,
    )
