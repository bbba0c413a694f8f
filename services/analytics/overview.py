"""The few figures that tell how a guild is doing, and whether that is more or less than before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from services.core.transactions import rows

Days = Literal[1, 7, 30, 90]  # for which members are counted ahead

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
# Two accounts by their key: what was made and not destroyed, at this very moment.
_SUPPLY = """
SELECT coalesce(-sum(balance), 0)::bigint AS coins FROM user_economy
 WHERE guild_id = $1 AND kind IN ('mint', 'sink') AND user_id = 0"""
_COUNTED = "SELECT nullif(min(counted_at), to_timestamp(0)) AS at FROM statistics_cursors"


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure and what it was in the period before."""

    now: int
    before: int

    @property
    def change(self) -> float | None:
        """How much more, as a share of what was before; None if there was nothing."""
        return (self.now - self.before) / self.before if self.before else None


@dataclass(frozen=True, slots=True)
class Overview:
    """A guild in the last days; `counted_at` says up to when everything is counted, None before the first time."""

    days: int
    uses: Trend
    active: Trend
    new: Trend
    transfers: Trend
    supply: Trend
    counted_at: datetime | None


async def counted_at() -> datetime | None:
    """Up to when everything is counted; None before the first time."""
    (counted,) = await rows(_COUNTED)
    found: datetime | None = counted["at"]
    return found


async def overview(guild_id: int, days: Days = 7) -> Overview:
    """The last `days` days (UTC), today so far among them, against as many whole days before; supply is at their ends.

    Active members are different people, each counted once however often they came.
    """
    today = datetime.now(UTC).date()
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
