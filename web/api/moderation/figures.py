"""Cases by day and kind."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from models.moderation import CaseKind
from services.core import clock
from services.moderation import figures
from web.api.analytics.figures import DayRange
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Reply


class CaseDay(Reply):
    """The cases of one day."""

    day: date
    cases: int
    kinds: dict[CaseKind, int] = Field(description="Cases by type; types without any are left out")


class CaseDays(Reply):
    """Every day of the range."""

    days: list[CaseDay]


@endpoint(
    Operation(
        "Get cases over time",
        tag="analytics",
        query=DayRange,
        reply=CaseDays,
        description="Cases by the day they were opened (UTC) and type. Failed and voided ones don't count.",
    )
)
async def by_day(call: Call, query: DayRange) -> CaseDays:
    """Every day of the range, including those without cases."""
    last = query.last or clock.now().date()
    found = await figures.by_day(call.guild_id, query.first or last - timedelta(days=29), last)
    return CaseDays(
        days=[CaseDay(day=day.day, cases=day.cases, kinds=dict(sorted(day.kinds.items()))) for day in found]
    )
