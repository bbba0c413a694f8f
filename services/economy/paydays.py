"""When a member's next daily pay opens, and how many days they missed, also after the server changed its time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

LEAST = timedelta(hours=20)  # between two pays where the time zone was changed in between
DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LastPay:
    """A member's newest daily pay: its receipt, its moment, and the time zone that counted then; "" if unknown."""

    number: int
    at: datetime
    zone: str

    def opens(self, zone: str) -> datetime:
        """When the next pay opens in a server that is in this zone now.

        The calendar alone would pay twice within a minute after a move to the east, so there a pause comes first.
        """
        midnight = next_midnight(self.at, zone)
        return max(midnight, self.at + LEAST) if self._moved(zone) else midnight

    def missed(self, now: datetime, zone: str) -> int:
        """How many days passed without a pay; a day that only the change of the zone skipped is none of them."""
        place = ZoneInfo(zone)
        days = (now.astimezone(place).date() - self.at.astimezone(place).date()).days
        if self._moved(zone):
            days = min(days, (now - self.at) // DAY)
        return max(0, days - 1)

    def _moved(self, zone: str) -> bool:
        return self.zone not in ("", zone)


def next_midnight(moment: datetime, zone: str) -> datetime:
    """When the day that this moment lies in ends."""
    place = ZoneInfo(zone)
    return datetime.combine(moment.astimezone(place).date() + timedelta(days=1), time(), place)
