"""A server in figures: how it is doing, which commands are used and how fast, who is active, where coins go."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field, WithJsonSchema

from services import analytics
from services.analytics import CommandFigures, Interval
from services.analytics import Trend as Compared
from services.analytics.overview import Days
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
    """How far back."""

    days: Annotated[Days, BeforeValidator(lambda value: _DAYS.get(value, value))] = 7


class Range(Query):
    """From when until when; the last seven days if left out."""

    since: MomentIn | None = Field(None, description="Rounded to hours (UTC); to days beyond 90 days ago")
    until: MomentIn | None = Field(None, description="Not in it any more")

    def bounds(self) -> tuple[datetime, datetime]:
        """The range, with what was left out filled in."""
        until = self.until or datetime.now(UTC)
        return self.since or until - timedelta(days=7), until


class ActivityRange(Range):
    """The same in steps."""

    step: Interval = Field(Interval.DAY, description="`hour` for at most 31 days, `day` for at most two years")


class DayRange(Query):
    """From which day to which (UTC); the last thirty if left out."""

    first: DayIn | None = None
    last: DayIn | None = None


class Trend(Reply):
    """A figure, and what it was in the period before."""

    now: int
    before: int
    change: float | None = Field(description="As a share of what was before; null if that was nothing", examples=[0.12])


class Overview(Reply):
    """The last days against as many before; days are those of UTC, today so far is one of them."""

    days: int
    uses: Trend = Field(description="Commands")
    active: Trend = Field(description="Different members who used a command")
    new: Trend = Field(description="Members whose first command it was")
    transfers: Trend = Field(description="Movements of coins")
    supply: Trend = Field(description="Coins at the end of each period")
    counted_at: Moment | None = Field(description="Up to when everything is counted")


class Command(Reply):
    """One command; milliseconds are estimates from a histogram, and 3000 stands for that and more."""

    name: str = Field(examples=["daily"])
    uses: int
    answered: int
    deferred: int = Field(description="First promised, then answered")
    refused: int = Field(description="Not allowed, not enough coins and the like")
    failed: int = Field(description="Ended in an apology")
    failure_share: float
    p50: int | None = Field(examples=[38])
    p95: int | None
    p99: int | None
    missed: int = Field(description="Later than the three seconds that Discord waits")


class Commands(Reply):
    """Every command that was used, the most used first."""

    commands: list[Command]


class Point(Reply):
    """One hour or day."""

    at: Moment
    uses: int
    failed: int
    active: int | None = Field(description="Different members; by the day only")
    new: int | None = Field(description="Members whose first command it was; by the day only")


class Activity(Reply):
    """Every hour or day of the range, quiet ones too."""

    points: list[Point]


class FlowDay(Reply):
    """Coins of one day."""

    day: date
    transfers: int
    coins: int = Field(description="That changed accounts")
    minted: int
    burned: int
    supply: int = Field(description="At the end of the day")


class FlowKind(Reply):
    """Coins by what moved them."""

    kind: str = Field(examples=["daily"])
    transfers: int
    coins: int
    minted: int
    burned: int


class Flow(Reply):
    """Every day of the range, and every kind of transfer in it."""

    days: list[FlowDay]
    kinds: list[FlowKind]


@endpoint(Operation("Read how a server is doing", tag="analytics", query=OverviewQuery, reply=Overview))
async def overview(call: Call, query: OverviewQuery) -> Overview:
    """The few figures that matter, with their trends."""
    found = await analytics.overview(call.guild_id, query.days)
    return Overview(
        days=found.days,
        uses=_trend(found.uses),
        active=_trend(found.active),
        new=_trend(found.new),
        transfers=_trend(found.transfers),
        supply=_trend(found.supply),
        counted_at=found.counted_at,
    )


@endpoint(
    Operation("Read which commands are used, and how fast they are", tag="analytics", query=Range, reply=Commands)
)
async def commands(call: Call, query: Range) -> Commands:
    """Uses, failures and latency by command."""
    found = await analytics.commands(call.guild_id, *query.bounds())
    return Commands(commands=[_command(one) for one in found])


@endpoint(Operation("Read activity over time", tag="analytics", query=ActivityRange, reply=Activity))
async def activity(call: Call, query: ActivityRange) -> Activity:
    """Uses and active members by hour or day."""
    found = await analytics.activity(call.guild_id, *query.bounds(), query.step)
    return Activity(
        points=[Point(at=one.at, uses=one.uses, failed=one.failed, active=one.active, new=one.new) for one in found]
    )


@endpoint(Operation("Read where coins come from and go", tag="analytics", query=DayRange, reply=Flow))
async def economy(call: Call, query: DayRange) -> Flow:
    """Supply and flow of coins by day and kind."""
    last = query.last or datetime.now(UTC).date()
    found = await analytics.economy_flow(call.guild_id, query.first or last - timedelta(days=29), last)
    return Flow(
        days=[
            FlowDay(
                day=one.day,
                transfers=one.transfers,
                coins=one.coins,
                minted=one.minted,
                burned=one.burned,
                supply=one.supply,
            )
            for one in found.days
        ],
        kinds=[
            FlowKind(kind=one.kind, transfers=one.transfers, coins=one.coins, minted=one.minted, burned=one.burned)
            for one in found.kinds
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
        missed=found.missed,
    )
