"""Cases by day and kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from models.moderation import CaseKind
from services.analytics.ranges import DAY, LONGEST, check, hour, midnight
from services.core.transactions import rows

# What failed or was voided didn't happen, as far as a server's figures are concerned.
_BY_DAY = """
SELECT (created_at AT TIME ZONE 'UTC')::date AS day, action, count(*) AS cases FROM moderation_logs
 WHERE guild_id = $1 AND created_at >= $2 AND created_at < $3 AND state IN ('active', 'ended') GROUP BY 1, 2"""


@dataclass(frozen=True, slots=True)
class CaseDay:
    """The cases of one day (UTC), by kind; kinds without cases are left out."""

    day: date
    kinds: Mapping[CaseKind, int] = field(default_factory=dict)

    @property
    def cases(self) -> int:
        return sum(self.kinds.values())


async def by_day(guild_id: int, first: date, last: date) -> Sequence[CaseDay]:
    """Every day in the range, both included, with the cases opened on it that took effect."""
    begin, end = midnight(first), midnight(last) + DAY
    check(hour(begin), hour(end), LONGEST)
    counted: dict[date, dict[CaseKind, int]] = {}
    for row in await rows(_BY_DAY, guild_id, begin, end):
        counted.setdefault(row["day"], {})[CaseKind(row["action"])] = row["cases"]
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return [CaseDay(day, counted.get(day, {})) for day in days]
