"""Dates and times in the form each language uses."""

from __future__ import annotations

from datetime import date, datetime

from locales import Text, t
from services.core import clock

_MONTHS = (
    t("Jan"), t("Feb"), t("Mar"), t("Apr"), t("May"), t("Jun"),
    t("Jul"), t("Aug"), t("Sep"), t("Oct"), t("Nov"), t("Dec"),
)  # fmt: skip


def short(day: date) -> Text:
    """A date without its year."""
    return t("{month} {day}", day=str(day.day), month=_MONTHS[day.month - 1])


def full(day: date) -> Text:
    """A date with its year."""
    return t("{month} {day}, {year}", day=str(day.day), month=_MONTHS[day.month - 1], year=str(day.year))


def brief(at: datetime) -> Text:
    """A date and time, with the year unless it is this one."""
    day = short(at.date()) if at.year == clock.now().astimezone(at.tzinfo).year else full(at.date())
    return t("{day}, {time}", day=day, time=f"{at:%H:%M}")


def hour(at: datetime) -> Text:
    """A date and time."""
    return t("{day}, {time}", day=full(at.date()), time=f"{at:%H:%M}")
