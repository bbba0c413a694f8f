"""One member in full: what they have, own and do in a guild; and one person in all of their guilds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from locales import t
from services.core import areas
from services.core.errors import NotFound
from services.core.profile_parts import ProfilePart
from services.core.transactions import fetch
from services.directory.members import Member, member

T = TypeVar("T")
GUILDS = 200  # that one person's statistics tell of

_STATS = """
SELECT m.guild_id, g.name AS guild_name, m.level, m.experience, m.last_seen_at, coalesce(e.balance, 0) AS balance,
       coalesce(e.daily_streak, 0) AS streak, d.uses, d.active_days, d.first_day
  FROM (SELECT * FROM user_guild_data WHERE user_id = $1 AND ($2::bigint IS NULL OR guild_id = $2)
         ORDER BY last_seen_at DESC NULLS LAST, guild_id LIMIT $3) m
  LEFT JOIN guilds g ON g.discord_id = m.guild_id
  LEFT JOIN user_economy e ON e.guild_id = m.guild_id AND e.kind = 'wallet' AND e.user_id = m.user_id
 CROSS JOIN LATERAL (
       SELECT coalesce(sum(uses) FILTER (WHERE day > tatiana_now()::date - 90), 0)::bigint AS uses,
              count(*) FILTER (WHERE day > tatiana_now()::date - 90) AS active_days, min(day) AS first_day
         FROM member_days WHERE guild_id = m.guild_id AND user_id = m.user_id) d
 ORDER BY m.last_seen_at DESC NULLS LAST, m.guild_id"""


@dataclass(frozen=True, slots=True)
class GuildStats:
    """One person in one guild; uses and active days (UTC) of the last 90 days."""

    guild_id: int
    guild_name: str | None
    level: int
    experience: int
    balance: int
    streak: int
    uses: int
    active_days: int
    first_day: date | None
    last_seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything that an admin sees of a member at once; `profile[PART]` is what an area added to it."""

    member: Member
    stats: GuildStats
    parts: Mapping[ProfilePart[Any], Any]

    def __getitem__(self, part: ProfilePart[T]) -> T:
        loaded: T = self.parts[part]
        return loaded


async def of(guild_id: int, user_id: int) -> Profile:
    """One member of a guild; NotFound if we never heard of them there."""
    found = await member(guild_id, user_id)
    statistics = await stats(user_id, guild_id)
    if found is None or not statistics:
        raise NotFound(t("I don't know that member yet: they have never used a command in this server."))
    parts = {part: await part.load(guild_id, user_id) for part in areas.profile_parts()}
    return Profile(found, statistics[0], parts)


async def stats(user_id: int, guild_id: int | None = None) -> Sequence[GuildStats]:
    """One person's figures in each guild where we know them, or in one; the guild they were last seen in first."""
    return await fetch(GuildStats, _STATS, user_id, guild_id, GUILDS)
