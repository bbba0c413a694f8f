"""One member's command uses: the latest ones, and the number per day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.core.transactions import fetch, rows

RECENT = 20  # uses shown on a profile

_USES = """
SELECT command_name AS command, outcome, milliseconds, timestamp AS at FROM command_usage
 WHERE user_id = $2 AND guild_id = $1 ORDER BY id DESC LIMIT $3"""
_DAYS = """
SELECT day, uses FROM member_days WHERE guild_id = $1 AND user_id = $2 AND day >= $3 ORDER BY day"""


@dataclass(frozen=True, slots=True)
class RecentUse:
    """One recent command use."""

    command: str
    outcome: str
    milliseconds: int
    at: datetime


async def recent(guild_id: int, user_id: int, limit: int = RECENT) -> Sequence[RecentUse]:
    """A member's latest command uses, newest first."""
    return await fetch(RecentUse, _USES, guild_id, user_id, limit)


async def active_days(guild_id: int, user_id: int, since: date) -> Mapping[date, int]:
    """A member's uses per day (UTC) since a day; days without use are omitted."""
    return {row["day"]: row["uses"] for row in await rows(_DAYS, guild_id, user_id, since)}
