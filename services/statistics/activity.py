"""Uses and active members as they went up and down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.statistics.ranges import DAY, HOUR, LONGEST, check, hour, midnight, moments
from services.transactions import rows

_HOURS = "SELECT hour AS at, uses, failed FROM guild_hours WHERE guild_id = $1 AND hour >= $2 AND hour < $3"
_DAYS = """
SELECT day::timestamp AT TIME ZONE 'UTC' AS at, uses, failed, active, new FROM guild_days
 WHERE guild_id = $1 AND day >= $2 AND day < $3"""


class Step(StrEnum):
    """How far two points lie apart."""

    HOUR = "hour"
    DAY = "day"


LONGEST_BY: dict[Step, timedelta] = {Step.HOUR: timedelta(days=31), Step.DAY: LONGEST}


@dataclass(frozen=True, slots=True)
class Point:
    """What began at this moment; members are counted by the day only."""

    at: datetime
    uses: int
    failed: int
    active: int | None = None
    new: int | None = None


async def activity(guild_id: int, since: datetime, until: datetime, step: Step) -> Sequence[Point]:
    """Every hour or day (UTC) that the range touches, also those in which nothing happened."""
    begin = hour(since) if step is Step.HOUR else midnight(hour(since).date())
    check(begin, until, LONGEST_BY[step] + DAY)
    if step is Step.HOUR:
        places, none = moments(begin, until, HOUR), None
        found = await rows(_HOURS, guild_id, begin, until)
    else:
        places, none = moments(begin, until, DAY), 0
        found = await rows(_DAYS, guild_id, places[0].date(), places[-1].date() + DAY)
    used = {row["at"]: Point(**row) for row in found}
    return [used.get(at) or Point(at, 0, 0, none, none) for at in places]
