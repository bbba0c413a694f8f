"""Start times as people type them: 24h, 7d, 1w, 3mo or a date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from locales import t
from services.core import clock
from services.core.errors import UserError

_AGO = re.compile(r"(\d{1,4})\s*(h|d|w|mo|y)", re.ASCII)
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "mo": 24 * 30, "y": 24 * 365}
_FARTHEST = 24 * 365 * 20  # hours; none of our data is older
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class UnclearMoment(UserError):
    """The typed text is neither a time span nor a date."""


def since(text: str, zone: str, now: datetime | None = None) -> datetime:
    """The moment described by `text`: a span before `now`, or the start of a day in `zone`."""
    word = text.strip().lower()
    if ago := _AGO.fullmatch(word):
        return (now or clock.now()) - timedelta(hours=min(int(ago[1]) * _HOURS[ago[2]], _FARTHEST))
    if _DAY.fullmatch(word) and (day := _date(word)):
        return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
    raise UnclearMoment(
        t("I can't read `{text}` as a time. Try `24h`, `7d`, or a date like `2025-03-01`.", text=_quoted(text))
    )


def _date(word: str) -> date | None:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    # Midnight of the first or last representable day does not exist in every zone.
    return day if 2000 <= day.year < 2200 else None


def _quoted(text: str) -> str:
    return " ".join(text.replace("`", "'").split())[:40]
