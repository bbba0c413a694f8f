"""Uses and active members as they went up and down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.statistics.ranges import DAY, HOUR, LONGEST, check, hour, midnight, moments
from services.transactions import Row, rows

_HOURS = "SELECT hour AS at, uses, failed FROM guild_hours WHERE guild_id = $1 AND hour >= $2 AND hour < $3"
_USES = """
SELECT day, sum(uses) AS uses, sum(failed) AS failed FROM command_days
 WHERE guild_id = $1 AND day >= $2 AND day < $3 GROUP BY day"""
_MEMBERS = "SELECT day, active, new FROM guild_days WHERE guild_id = $1 AND day >= $2 AND day < $3"


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
    return await (_by_hour(guild_id, begin, until) if step is Step.HOUR else _by_day(guild_id, begin, until))


async def _by_hour(guild_id: int, begin: datetime, until: datetime) -> list[Point]:
    used = {row["at"]: row for row in await rows(_HOURS, guild_id, begin, until)}
    return [Point(at, *_uses(used.get(at))) for at in moments(begin, until, HOUR)]


async def _by_day(guild_id: int, begin: datetime, until: datetime) -> list[Point]:
    places = moments(begin, until, DAY)
    bounds = places[0].date(), places[-1].date() + DAY
    used = {row["day"]: row for row in await rows(_USES, guild_id, *bounds)}
    members = {row["day"]: row for row in await rows(_MEMBERS, guild_id, *bounds)}
    none: Row = {"active": 0, "new": 0}
    points = []
    for at in places:
        seen = members.get(at.date(), none)
        points.append(Point(at, *_uses(used.get(at.date())), seen["active"], seen["new"]))
    return points


def _uses(row: Row | None) -> tuple[int, int]:
    return (int(row["uses"]), int(row["failed"])) if row else (0, 0)
