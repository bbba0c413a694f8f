"""Ranges of time in hours and days of UTC, as the tables know them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import NamedTuple

from locales import t
from services.core.errors import UserError

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
HOURS_KEPT = timedelta(days=90)
LONGEST = timedelta(days=731)
YEARS = 2015, 2200  # between which moments make sense; Discord's ids begin with the first
_INSTANT = timedelta(microseconds=1)


class BadRange(UserError):
    """Nothing can be counted between these two moments."""

    status = HTTPStatus.UNPROCESSABLE_ENTITY


class Span(NamedTuple):
    """A range in whole hours, or in whole days because hours are no longer kept."""

    since: datetime
    until: datetime
    by_hour: bool


def span(since: datetime, until: datetime, now: datetime | None = None) -> Span:
    """The range widened to whole hours; to whole days where its beginning is older than hours are kept."""
    since, until = hour(since), hour(until + HOUR - _INSTANT)
    check(since, until, LONGEST)
    if since >= (now or datetime.now(UTC)) - HOURS_KEPT + DAY:
        return Span(since, until, by_hour=True)
    return Span(midnight(since.date()), midnight((until + DAY - _INSTANT).date()), by_hour=False)


def check(since: datetime, until: datetime, longest: timedelta) -> None:
    """Refuse a range that ends before it begins, or is too long."""
    if since >= until:
        raise BadRange(t("The range must begin before it ends."))
    if until - since > longest:
        raise BadRange(t("That is too long: at most {days} days at once.", days=longest.days))


def hour(moment: datetime) -> datetime:
    """The full hour at or before a moment, in UTC."""
    if not YEARS[0] <= moment.year <= YEARS[1]:
        raise BadRange(t("There are no figures from the year {year}.", year=moment.year))
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def moments(begin: datetime, until: datetime, step: timedelta) -> list[datetime]:
    """Each hour or day that a range touches."""
    return [begin + n * step for n in range(-(-(until - begin) // step))]


def midnight(day: date) -> datetime:
    """The beginning of a day in UTC."""
    return datetime.combine(day, time(), UTC)
