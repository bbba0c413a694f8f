"""One member's use of commands: the latest ones, and how many on each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.core.transactions import rows

RECENT = 20  # uses that a profile shows

_USES = """
SELECT command_name, outcome, milliseconds, timestamp FROM command_usage
 WHERE user_id = $2 AND guild_id = $1 ORDER BY id DESC LIMIT $3"""
_DAYS = """
SELECT day, uses FROM member_days WHERE guild_id = $1 AND user_id = $2 AND day >= $3 ORDER BY day"""


@dataclass(frozen=True, slots=True)
class RecentUse:
    """One command they used."""

    command: str
    outcome: str
    milliseconds: int
    at: datetime


async def recent(guild_id: int, user_id: int, limit: int = RECENT) -> Sequence[RecentUse]:
    """What somebody used last, the newest first."""
    found = await rows(_USES, guild_id, user_id, limit)
    return [RecentUse(row["command_name"], row["outcome"], row["milliseconds"], row["timestamp"]) for row in found]


async def active_days(guild_id: int, user_id: int, since: date) -> Mapping[date, int]:
    """How often somebody used commands on each day (UTC) since then; days without use are left out."""
    return {row["day"]: row["uses"] for row in await rows(_DAYS, guild_id, user_id, since)}
