"""The time range of an analytics page, stored in its address so that it can be bookmarked and shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from locales import Text, n, t
from services.analytics import Interval
from services.analytics.ranges import DAY, HOUR, BadRange, check, hour, midnight
from services.core import clock
from web import days
from web.frame.page import Visit

CHOICES = (1, 7, 30, 90)  # days
USUAL = 7
LONGEST = timedelta(days=366)
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Range:
    """A time range; `days` if it is a preset up to now, `compared` if the period before is shown too."""

    since: datetime
    until: datetime
    days: int | None
    compared: bool

    @property
    def step(self) -> Interval:
        """The distance between points: hours for a single day, else days."""
        return Interval.HOUR if self.days == 1 else Interval.DAY

    @property
    def before(self) -> Range | None:
        """The period of the same length before this one; None if not compared."""
        length = self.until - self.since
        return replace(self, since=self.since - length, until=self.since) if self.compared else None

    @property
    def whole_days(self) -> Range:
        """The range in whole days, for figures counted per day."""
        return replace(self, since=midnight(self.first), until=midnight(self.last) + DAY, days=None)

    @property
    def first(self) -> date:
        return self.since.date()

    @property
    def last(self) -> date:
        """The last day of the range."""
        return (self.until - _INSTANT).date()

    def query(
        self, kept: Mapping[str, str] | None = None, *, compared: bool | None = None, days: int | None = None
    ) -> str:
        """The query string for this range, with changed choices and other parameters kept."""
        wanted = self.compared if compared is None else compared
        if days or self.days:
            said = {"days": str(days or self.days)}
        else:
            said = {"since": self.first.isoformat(), "until": self.last.isoformat()}
        return urlencode(
            said | ({"compare": "1"} if wanted else {}) | {name: one for name, one in (kept or {}).items() if one}
        )


def of(visit: Visit) -> Range:
    """The range in the address; seven days by default, BadRange if invalid."""
    since, until = visit.query("since"), visit.query("until")
    if not since and not until:
        said = visit.query("days")
        return usual(visit, int(said) if said in {str(choice) for choice in CHOICES} else USUAL)
    today = clock.now().date()
    first, last = _day(since or until), _day(until or today.isoformat())
    if last > today:
        raise BadRange(t("The range can't end in the future. Dates are in UTC."))
    found = Range(midnight(first), midnight(last) + DAY, None, _compared(visit))
    check(found.since, found.until, LONGEST)
    if found.before:
        hour(found.before.since)
    return found


def usual(visit: Visit, days: int = USUAL) -> Range:
    """The last `days` days including today so far; a single day by the hour."""
    now = clock.now()
    end = hour(now) + HOUR if days == 1 else midnight(now.date()) + DAY
    return Range(end - days * DAY, end, days, _compared(visit))


def words(found: Range) -> Text:
    """The range in words."""
    if found.days == 1:
        return t("Last 24 hours")
    if found.days:
        return n("Last {count} day", "Last {count} days", found.days)
    if found.first == found.last:
        return t("On {day}", day=days.full(found.first))
    return t("From {since} to {until}", since=days.full(found.first), until=days.full(found.last))


def _compared(visit: Visit) -> bool:
    return visit.query("compare") == "1"


def _day(said: str) -> date:
    try:
        found = date.fromisoformat(said)
    except ValueError:
        raise BadRange(t("This is not a valid date.")) from None
    hour(midnight(found))  # from a year with possible data
    return found
