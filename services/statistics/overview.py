"""The few figures that tell how a guild is doing, and whether that is more or less than before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from services.transactions import rows

Days = Literal[1, 7, 30, 90]  # for which members are counted ahead

_USES = """
SELECT coalesce(sum(uses) FILTER (WHERE day > $3), 0)::bigint AS now,
       coalesce(sum(uses) FILTER (WHERE day <= $3), 0)::bigint AS before
  FROM command_days WHERE guild_id = $1 AND day > $2 AND day <= $4"""
_MEMBERS = """
SELECT day, new,
       CASE $4::int WHEN 1 THEN active WHEN 7 THEN active_7 WHEN 30 THEN active_30 ELSE active_90 END AS active
  FROM guild_days WHERE guild_id = $1 AND day > $2 AND day <= $3"""
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
    (uses,) = await rows(_USES, guild_id, before, since, today)
    (coins,) = await rows(_COINS, guild_id, before, since, today)
    (supply,) = await rows(_SUPPLY, guild_id)
    members = {row["day"]: row for row in await rows(_MEMBERS, guild_id, before, today, days)}
    new = [(day > since, row["new"]) for day, row in members.items()]
    return Overview(
        days,
        Trend(uses["now"], uses["before"]),
        Trend(*(members[day]["active"] if day in members else 0 for day in (today, since))),
        Trend(sum(n for late, n in new if late), sum(n for late, n in new if not late)),
        Trend(coins["now"], coins["before"]),
        Trend(supply["coins"], supply["coins"] - coins["more"]),
        await counted_at(),
    )
