"""Coin flow: coins minted, burned and moved by day and kind, and the supply."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.analytics.ranges import DAY, LONGEST, check, hour, midnight
from services.core.transactions import rows

_BEFORE = (
    "SELECT coalesce(sum(minted - burned), 0)::bigint AS supply FROM economy_days WHERE guild_id = $1 AND day < $2"
)
_BY_DAY = """
SELECT day, sum(transfers)::bigint AS transfers, sum(coins)::bigint AS coins, sum(minted)::bigint AS minted,
       sum(burned)::bigint AS burned
  FROM economy_days WHERE guild_id = $1 AND day >= $2 AND day <= $3 GROUP BY day"""
_BY_KIND = """
SELECT kind, sum(transfers)::bigint AS transfers, sum(coins)::bigint AS coins, sum(minted)::bigint AS minted,
       sum(burned)::bigint AS burned
  FROM economy_days WHERE guild_id = $1 AND day >= $2 AND day <= $3 GROUP BY kind ORDER BY 3 DESC, 1"""
_NOTHING = {"transfers": 0, "coins": 0, "minted": 0, "burned": 0}


@dataclass(frozen=True, slots=True)
class FlowDay:
    """One day (UTC): coins moved, minted and burned, and the supply at its end."""

    day: date
    transfers: int
    coins: int
    minted: int
    burned: int
    supply: int


@dataclass(frozen=True, slots=True)
class FlowKind:
    """All transfers of one kind; reversals count against the kind they reverse."""

    kind: str
    transfers: int
    coins: int
    minted: int
    burned: int


@dataclass(frozen=True, slots=True)
class Flow:
    """A guild's coins over a range of days."""

    days: Sequence[FlowDay]
    kinds: Sequence[FlowKind]


async def economy_flow(guild_id: int, first: date, last: date) -> Flow:
    """Every day in the range (UTC), including quiet ones, and every kind of transfer, largest first."""
    check(hour(midnight(first)), hour(midnight(last)) + DAY, LONGEST)
    (before,) = await rows(_BEFORE, guild_id, first)
    moved = {row.pop("day"): row for row in await rows(_BY_DAY, guild_id, first, last)}
    supply, days = before["supply"], []
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        row = moved.get(day, _NOTHING)
        supply += row["minted"] - row["burned"]
        days.append(FlowDay(day, **row, supply=supply))
    return Flow(days, [FlowKind(**row) for row in await rows(_BY_KIND, guild_id, first, last)])
