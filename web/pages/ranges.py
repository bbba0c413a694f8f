"""From when until when a page of figures looks: in the address, so that it can be kept and sent on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from locales import Text, n, t
from services.statistics.ranges import BadRange
from web.frame.page import Visit

DAY = timedelta(days=1)
CHOICES = (1, 7, 30, 90)  # days
LONGEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Range:
    """A range of time; `days` if it is one of the usual ones up to now, `compared` if the time before is wanted too."""

    since: datetime
    until: datetime
    days: int | None
    compared: bool

    @property
    def hourly(self) -> bool:
        """Whether hours tell more than days."""
        return self.until - self.since <= 2 * DAY

    @property
    def before(self) -> Range:
        """As long, and over when this one begins."""
        return Range(self.since - (self.until - self.since), self.since, self.days, self.compared)

    @property
    def first(self) -> date:
        return self.since.date()

    @property
    def last(self) -> date:
        """The last day that it touches."""
        return (self.until - timedelta(microseconds=1)).date()

    def query(self, *, compared: bool | None = None, days: int | None = None) -> str:
        """How it stands in an address, with another choice if one is given."""
        wanted = self.compared if compared is None else compared
        if days or self.days:
            said = {"days": str(days or self.days)}
        else:
            said = {"since": self.first.isoformat(), "until": self.last.isoformat()}
        return urlencode(said | ({"compare": "1"} if wanted else {}))


def of(visit: Visit) -> Range:
    """The range that the address names; seven days if it names none, BadRange if it makes no sense."""
    compared = visit.query("compare") == "1"
    said, since, until = visit.query("days"), visit.query("since"), visit.query("until")
    now = datetime.now(UTC)
    if since or until:
        first, last = _day(since), _day(until or now.date().isoformat())
        if last < first:
            raise BadRange(t("The range must begin before it ends."))
        found = Range(_midnight(first), _midnight(last + DAY), None, compared)
        if found.until - found.since > LONGEST:
            raise BadRange(t("That is too long: at most {days} days at once.", days=LONGEST.days))
        return found
    days = int(said) if said in {str(one) for one in CHOICES} else 7
    if days == 1:
        end = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return Range(end - DAY, end, 1, compared)
    end = _midnight(now.date() + DAY)
    return Range(end - days * DAY, end, days, compared)


def words(found: Range) -> Text:
    """What the range is called."""
    if found.days == 1:
        return t("The last 24 hours")
    if found.days:
        return n("The last {count} day", "The last {count} days", found.days)
    return t("From {since} to {until}", since=found.first.isoformat(), until=found.last.isoformat())


def _day(said: str) -> date:
    try:
        found = date.fromisoformat(said)
    except ValueError:
        raise BadRange(t("Write days like 2026-03-01.")) from None
    if not 2015 <= found.year <= 2200:
        raise BadRange(t("There are no figures from the year {year}.", year=str(found.year)))
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
