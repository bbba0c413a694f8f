"""Command uses and active members over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.analytics.ranges import DAY, HOUR, LONGEST, check, hour, midnight, moments
from services.core.transactions import rows

# One row of arrays, with hours as numbers: receiving seven hundred separate rows would cost us more than it costs the
# database to find them.
_HOURS = """
SELECT array_agg((extract(epoch FROM hour - $2::timestamptz) / 3600)::int) AS hours, array_agg(uses) AS uses,
       array_agg(failed) AS failed
  FROM guild_hours WHERE guild_id = $1 AND hour >= $2 AND hour < $3"""
_DAYS = """
SELECT day::timestamp AT TIME ZONE 'UTC' AS at, uses, failed, active, new FROM guild_days
 WHERE guild_id = $1 AND day >= $2 AND day < $3"""


class Interval(StrEnum):
    """The distance between two points."""

    HOUR = "hour"
    DAY = "day"


LONGEST_BY: dict[Interval, timedelta] = {Interval.HOUR: timedelta(days=31), Interval.DAY: LONGEST}


@dataclass(frozen=True, slots=True)
class Point:
    """One hour or day; members are counted per day only."""

    at: datetime
    uses: int
    failed: int
    active: int | None = None
    new: int | None = None


async def activity(guild_id: int, since: datetime, until: datetime, step: Interval) -> Sequence[Point]:
    """Every hour or day (UTC) in the range, including those without activity."""
    begin = hour(since) if step is Interval.HOUR else midnight(hour(since).date())
    check(begin, until, LONGEST_BY[step] + DAY)
    if step is Interval.HOUR:
        return await _by_hour(guild_id, moments(begin, until, HOUR))
    return await _by_day(guild_id, moments(begin, until, DAY))


async def _by_hour(guild_id: int, hours: list[datetime]) -> Sequence[Point]:
    (found,) = await rows(_HOURS, guild_id, hours[0], hours[-1] + HOUR)
    counted = zip(found["uses"] or (), found["failed"] or (), strict=True)
    used = dict(zip(found["hours"] or (), counted, strict=True))
    return [Point(at, *used.get(place, (0, 0))) for place, at in enumerate(hours)]


async def _by_day(guild_id: int, days: list[datetime]) -> Sequence[Point]:
    found = await rows(_DAYS, guild_id, days[0].date(), days[-1].date() + DAY)
    used = {row["at"]: Point(**row) for row in found}
    return [used.get(at) or Point(at, 0, 0, 0, 0) for at in days]
