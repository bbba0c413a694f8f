"""When a member's next daily pay is due, and how many days they missed, even if the time zone changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LEAST = timedelta(hours=20)  # least pause between two pays if the time zone changed in between
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LastPay:
    """A member's latest daily pay: receipt, time, and the time zone that applied; "" if unknown."""

    number: int
    at: datetime
    zone: str

    def opens(self, zone: str) -> datetime:
        """When the next pay is due in a server that now uses this time zone.

        By the calendar alone, moving east could pay twice within a minute, so a pause is enforced.
        """
        midnight = next_midnight(self.at, zone)
        return max(midnight, self.at + LEAST) if self._moved(zone) else midnight

    def missed(self, now: datetime, zone: str) -> int:
        """Days missed without pay, not counting a day skipped only by the time zone change."""
        place = ZoneInfo(zone)
        days = (now.astimezone(place).date() - self.at.astimezone(place).date()).days
        if self._moved(zone):
            days = min(days, (now - self.at) // DAY)
        return max(0, days - 1)

    def _moved(self, zone: str) -> bool:
        return self.zone not in ("", zone)


def next_midnight(moment: datetime, zone: str) -> datetime:
    """The end of the day in which this moment lies."""
    place = ZoneInfo(zone)
    return datetime.combine(moment.astimezone(place).date() + timedelta(days=1), time(), place)
