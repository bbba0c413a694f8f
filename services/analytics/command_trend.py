"""One command over time: its uses and response times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.analytics import latency
from services.analytics.activity import LONGEST_BY, Interval
from services.analytics.ranges import DAY, HOUR, check, hour, midnight, moments
from services.core.transactions import Row, rows

_HOURS = """
SELECT hour AS at, uses, failed, latency FROM command_hours
 WHERE guild_id = $1 AND hour >= $2 AND hour < $3 AND command_name = $4"""
_DAYS = """
SELECT day::timestamp AT TIME ZONE 'UTC' AS at, uses, failed, latency FROM command_days
 WHERE guild_id = $1 AND day >= $2 AND day < $3 AND command_name = $4"""


@dataclass(frozen=True, slots=True)
class CommandPoint:
    """One hour or day; response times are None without responses."""

    at: datetime
    uses: int = 0
    failed: int = 0
    p50: int | None = None
    p95: int | None = None
    missed: int = 0


async def course(guild_id: int, name: str, since: datetime, until: datetime, step: Interval) -> Sequence[CommandPoint]:
    """Every hour or day (UTC) in the range, including those without uses."""
    begin = hour(since) if step is Interval.HOUR else midnight(hour(since).date())
    check(begin, until, LONGEST_BY[step] + DAY)
    places = moments(begin, until, HOUR if step is Interval.HOUR else DAY)
    if step is Interval.HOUR:
        found = await rows(_HOURS, guild_id, begin, until, name)
    else:
        found = await rows(_DAYS, guild_id, places[0].date(), places[-1].date() + DAY, name)
    used = {row["at"]: _point(row) for row in found}
    return [used.get(at, CommandPoint(at)) for at in places]


def _point(row: Row) -> CommandPoint:
    histogram = row["latency"]
    p50, p95 = latency.quantiles(histogram, 0.5, 0.95)
    return CommandPoint(
        row["at"],
        row["uses"],
        row["failed"],
        p50,
        p95,
        latency.missed(histogram),
    )
