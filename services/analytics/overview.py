"""Key figures of a guild, compared with the period before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.core import clock
from services.core.transactions import rows

Days = Literal[1, 7, 30, 90]  # windows for which distinct members are pre-counted

_DAYS = """
SELECT coalesce(sum(uses) FILTER (WHERE day > $3), 0)::bigint AS uses_now,
       coalesce(sum(uses) FILTER (WHERE day <= $3), 0)::bigint AS uses_before,
       coalesce(sum(new) FILTER (WHERE day > $3), 0)::bigint AS new_now,
       coalesce(sum(new) FILTER (WHERE day <= $3), 0)::bigint AS new_before,
       coalesce(max(at_end) FILTER (WHERE day = $4), 0) AS active_now,
       coalesce(max(at_end) FILTER (WHERE day = $3), 0) AS active_before
  FROM (SELECT day, uses, new,
               CASE $5::int WHEN 1 THEN active WHEN 7 THEN active_7 WHEN 30 THEN active_30 ELSE active_90 END AS at_end
          FROM guild_days WHERE guild_id = $1 AND day > $2 AND day <= $4) AS days"""
_COINS = """
SELECT coalesce(sum(transfers) FILTER (WHERE day > $3), 0)::bigint AS now,
       coalesce(sum(transfers) FILTER (WHERE day <= $3), 0)::bigint AS before,
       coalesce(sum(minted - burned) FILTER (WHERE day > $3), 0)::bigint AS more
  FROM economy_days WHERE guild_id = $1 AND day > $2 AND day <= $4"""
# Two accounts by key: coins minted minus coins burned, right now.
_SUPPLY = """
SELECT coalesce(-sum(balance), 0)::bigint AS coins FROM user_economy
 WHERE guild_id = $1 AND kind IN ('mint', 'sink') AND user_id = 0"""
_COUNTED = "SELECT nullif(min(counted_at), to_timestamp(0)) AS at FROM statistics_cursors"


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure and its value in the period before."""

    now: int
    before: int

    @property
    def change(self) -> float | None:
        """The relative change from the period before; None if that was zero."""
        return (self.now - self.before) / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Overview:
    """Key figures of the last days; `counted_at` is when counting last caught up, None before the first time."""

    days: int
    uses: Trend
    active: Trend
    new: Trend
    transfers: Trend
    supply: Trend
    counted_at: datetime | None


async def counted_at() -> datetime | None:
    """When counting last caught up; None before the first time."""
    (counted,) = await rows(_COUNTED)
    found: datetime | None = counted["at"]
    return found


async def overview(guild_id: int, days: Days = 7) -> Overview:
    """The last `days` days (UTC) including today so far, against as many whole days before; supply at their ends.

    Active members are distinct people, each counted once.
    """
    today = clock.now().date()
    since, before = today - timedelta(days=days), today - timedelta(days=2 * days)
    (found,) = await rows(_DAYS, guild_id, before, since, today, days)
    (coins,) = await rows(_COINS, guild_id, before, since, today)
    (supply,) = await rows(_SUPPLY, guild_id)
    return Overview(
        days,
        Trend(found["uses_now"], found["uses_before"]),
        Trend(found["active_now"], found["active_before"]),
        Trend(found["new_now"], found["new_before"]),
        Trend(coins["now"], coins["before"]),
        Trend(supply["coins"], supply["coins"] - coins["more"]),
        await counted_at(),
    )
