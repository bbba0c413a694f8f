"""Known members of a guild: everyone who has used a command or holds coins there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from discord_api.snowflakes import HIGHEST
from locales import t
from services.core import cursors
from services.core.errors import UserError
from services.core.transactions import fetch

LONGEST = 32  # characters in a username
ABOVE_ALL = "\U0010ffff"  # no name starts with this

_ID = re.compile(r"[1-9][0-9]{14,18}", re.ASCII)
_BEGINNING_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC)

# An index in list order finds the rows of a page; only those are then read in full.
_FULL = """
SELECT m.user_id, coalesce(u.username, '') AS username, u.avatar_url, m.name, m.level, m.experience, m.last_seen_at,
       coalesce(e.balance, 0) AS balance
  FROM ({found}) AS m
  LEFT JOIN users u ON u.discord_id = m.user_id
  LEFT JOIN user_economy e ON e.guild_id = $1 AND e.kind = 'wallet' AND e.user_id = m.user_id
 ORDER BY {order}"""
_COLUMNS = "user_id, name, level, experience, last_seen_at"
_BY_NAME = _FULL.format(
    found=f"""
    SELECT {_COLUMNS} FROM user_guild_data
     WHERE guild_id = $1 AND (name, user_id) > ($2, $3) AND name < $4
     ORDER BY name, user_id LIMIT $5""",  # noqa: S608  # nosec B608  (our own constants, here and below)
    order="m.name, m.user_id",
)
# Three index ranges, one per kind of name; a member found by several names is listed once.
_BY_ANY_NAME = _FULL.format(
    found=f"""
    SELECT {_COLUMNS} FROM (
        (SELECT {_COLUMNS} FROM user_guild_data
          WHERE guild_id = $1 AND (name, user_id) > ($2, $3) AND name < $4 ORDER BY name, user_id LIMIT $5)
        UNION
        (SELECT {_COLUMNS} FROM user_guild_data
          WHERE guild_id = $1 AND display_name >= $6 AND display_name < $4 AND (name, user_id) > ($7, $8)
          ORDER BY name, user_id LIMIT $5)
        UNION
        (SELECT {_COLUMNS} FROM user_guild_data
          WHERE guild_id = $1 AND nickname >= $6 AND nickname < $4 AND (name, user_id) > ($7, $8)
          ORDER BY name, user_id LIMIT $5)) AS named
     ORDER BY name, user_id LIMIT $5""",  # noqa: S608  # nosec B608  (our own constants)
    order="m.name, m.user_id",
)
_BY_SEEN = _FULL.format(
    found=f"""
    SELECT {_COLUMNS} FROM user_guild_data
     WHERE guild_id = $1 AND (coalesce(last_seen_at, to_timestamp(0)), user_id) < ($2, $3)
     ORDER BY coalesce(last_seen_at, to_timestamp(0)) DESC, user_id DESC LIMIT $4""",  # noqa: S608  # nosec B608  (our own names)
    order="coalesce(m.last_seen_at, to_timestamp(0)) DESC, m.user_id DESC",
)
# In two halves: equal balances further on, then smaller ones. A single condition would restart at the first of a tie.
_BY_BALANCE = _FULL.format(
    found=f"""
    SELECT {_COLUMNS} FROM (
        (SELECT user_id, balance FROM user_economy
          WHERE guild_id = $1 AND kind = 'wallet' AND balance = $2 AND user_id > $3 ORDER BY user_id LIMIT $4)
        UNION ALL
        (SELECT user_id, balance FROM user_economy
          WHERE guild_id = $1 AND kind = 'wallet' AND balance < $2 ORDER BY balance DESC, user_id LIMIT $4)
        ORDER BY balance DESC, user_id LIMIT $4) AS rich
      JOIN user_guild_data USING (user_id) WHERE guild_id = $1""",  # noqa: S608  # nosec B608  (our own names)
    order="e.balance DESC, m.user_id",
)
_ONE = _FULL.format(
    found=f"SELECT {_COLUMNS} FROM user_guild_data WHERE guild_id = $1 AND user_id = $2",  # noqa: S608  # nosec B608  (our own names)
    order="m.user_id",
)


class Sort(StrEnum):
    """The order of a member list."""

    NAME = "name"
    SEEN = "seen"
    BALANCE = "balance"


class NoSuchOrder(UserError):
    """A search can't be sorted; it has its own order."""


@dataclass(frozen=True, slots=True)
class Member:
    """A known member; the name is empty until Discord has reported it."""

    user_id: int
    username: str
    name: str  # by which lists are sorted
    avatar_url: str | None
    level: int
    experience: int
    last_seen_at: datetime | None
    balance: int


@dataclass(frozen=True, slots=True)
class Members:
    """A page of members, and the cursor of the next."""

    members: Sequence[Member]
    next: str | None


async def members(
    guild_id: int, *, sort: Sort = Sort.NAME, search: str = "", after: str | None = None, limit: int = 50
) -> Members:
    """A page of at most 100 members. A search matches the start of a username, display name or nickname, or an id.

    Sorted by balance, only members with a wallet are listed.
    """
    wanted = search.strip().lower()[:LONGEST]
    if wanted and sort is not Sort.NAME:
        raise NoSuchOrder(t("Search results are sorted by name; leave out the other sort order."))
    is_id = _ID.fullmatch(wanted) and int(wanted) <= HIGHEST
    if is_id and after is None and (one := await member(guild_id, int(wanted))):
        return Members([one], None)
    limit = min(limit, 100)
    match sort:
        case Sort.NAME:
            found = await _by_name(guild_id, wanted, after, limit)
        case Sort.SEEN:
            found = await _by_seen(guild_id, after, limit)
        case Sort.BALANCE:
            found = await _by_balance(guild_id, after, limit)
    return _page(found, sort, limit)


async def member(guild_id: int, user_id: int) -> Member | None:
    """One known member, or None."""
    found = await fetch(Member, _ONE, guild_id, user_id)
    return found[0] if found else None


async def _by_name(guild_id: int, wanted: str, after: str | None, limit: int) -> list[Member]:
    begin = cursors.unpacked(after, Sort.NAME, str) if after else ("", 0)
    # A single lower bound: with two, the planner might start from the wrong one.
    usernames = (*max(begin, (wanted, 0)), wanted + ABOVE_ALL, limit + 1)
    if not wanted:
        return await fetch(Member, _BY_NAME, guild_id, *usernames)
    return await fetch(Member, _BY_ANY_NAME, guild_id, *usernames, wanted, *begin)


async def _by_seen(guild_id: int, after: str | None, limit: int) -> list[Member]:
    microseconds, user_id = cursors.unpacked(after, Sort.SEEN, int) if after else (_LATEST, HIGHEST)
    seen = _moment(min(max(microseconds, 0), _LATEST))
    return await fetch(Member, _BY_SEEN, guild_id, seen, user_id, limit + 1)


async def _by_balance(guild_id: int, after: str | None, limit: int) -> list[Member]:
    balance, user_id = cursors.unpacked(after, Sort.BALANCE, int) if after else (HIGHEST, 0)
    return await fetch(Member, _BY_BALANCE, guild_id, balance, user_id, limit + 1)


def _page(found: list[Member], sort: Sort, limit: int) -> Members:
    shown = found[:limit]
    following = cursors.packed(sort, _place(shown[-1], sort), shown[-1].user_id) if len(found) > limit else None
    return Members(shown, following)


def _place(last: Member, sort: Sort) -> Any:
    match sort:
        case Sort.NAME:
            return last.name
        case Sort.SEEN:
            return _microseconds(last.last_seen_at or _BEGINNING_OF_TIME)
        case Sort.BALANCE:
            return last.balance


def _microseconds(moment: datetime) -> int:
    since = moment - _BEGINNING_OF_TIME
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def _moment(microseconds: int) -> datetime:
    return _BEGINNING_OF_TIME + microseconds * (datetime.resolution)


_LATEST = _microseconds(datetime(2200, 1, 1, tzinfo=UTC))
