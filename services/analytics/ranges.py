"""Time ranges in whole hours and days (UTC), as the tables store them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import NamedTuple

from locales import t
from services.core import clock
from services.core.errors import UserError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS_KEPT = timedelta(days=90)
LONGEST = timedelta(days=731)
YEARS = 2015, 2200  # bounds of plausible moments; Discord's ids begin at the first
_INSTANT = timedelta(microseconds=1)


class BadRange(UserError):
    """The range ends before it begins, or is too long."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Span(NamedTuple):
    """A range in whole hours, or in whole days where hours are no longer stored."""

    since: datetime
    until: datetime
    by_hour: bool


def span(since: datetime, until: datetime, now: datetime | None = None) -> Span:
    """The range widened to whole hours, or to whole days if it begins before hourly data."""
    since, until = hour(since), hour(until + HOUR - _INSTANT)
    check(since, until, LONGEST)
    if since >= (now or clock.now()) - HOURS_KEPT + DAY:
        return Span(since, until, by_hour=True)
    return Span(midnight(since.date()), midnight((until + DAY - _INSTANT).date()), by_hour=False)


def check(since: datetime, until: datetime, longest: timedelta) -> None:
    """Raise BadRange if a range ends before it begins or is too long."""
    if since >= until:
        raise BadRange(t("The start must be before the end."))
    if until - since > longest:
        raise BadRange(t("That range is too long: choose at most {days} days.", days=longest.days))


def hour(moment: datetime) -> datetime:
    """The full hour at or before a moment, in UTC."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise BadRange(t("There is no data for the year {year}.", year=moment.year))
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def moments(begin: datetime, until: datetime, step: timedelta) -> list[datetime]:
    """Every hour or day in a range."""
    return [begin + n * step for n in range(-(-(until - begin) // step))]


def midnight(day: date) -> datetime:
    """The start of a day in UTC."""
    return datetime.combine(day, time(), UTC)
