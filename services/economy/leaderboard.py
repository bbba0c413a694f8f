"""The leaderboard by balance; a page costs the same for a thousand members as for a million."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.core import jobs
from services.core.transactions import rows, transaction
from services.economy import earnings

SIZE = 10  # members on a page
PAGES = 100  # later pages would have to be counted, and nobody reads that far
EXACT = SIZE * PAGES  # ranks counted exactly for each reader
STEP = 500  # ranks between two marks

MARK = "standings.mark"  # the job that samples one large guild

# A rank is one more than the number of members with more coins, so ties share it. The list is cut before ranking:
# everyone who ranks higher is inside the cut.
_PAGE = """
SELECT user_id, balance, place FROM (
    SELECT user_id, balance, rank() OVER (ORDER BY balance DESC) AS place FROM (
        SELECT user_id, balance FROM user_economy
         WHERE guild_id = $1 AND kind = 'wallet' AND balance > 0
         ORDER BY balance DESC, user_id LIMIT $2) best) ranked
 ORDER BY balance DESC, user_id OFFSET $3"""
_LISTED = """
SELECT count(*)::int AS listed FROM (
    SELECT FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND balance > 0
     ORDER BY balance DESC LIMIT $2) best"""
_ABOVE = """
SELECT count(*)::int AS above FROM (
    SELECT FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND balance > $2
     ORDER BY balance DESC LIMIT $3) richer"""

# Counted upwards from the next lower mark. Between two marks are fewer than STEP members, or members with one balance,
# which has its own mark; LIMIT bounds the count when marks are stale.
_ESTIMATE = """
SELECT m.place - (SELECT count(*) FROM (
           SELECT FROM user_economy e
            WHERE e.guild_id = $1 AND e.kind = 'wallet' AND e.balance > m.balance AND e.balance <= $2
            ORDER BY e.balance DESC LIMIT $3) between_them) AS place
  FROM standing_marks m WHERE m.guild_id = $1 AND m.balance <= $2 ORDER BY m.balance DESC LIMIT 1"""

# A loose index scan: one probe per guild, and no guild is counted beyond $1.
_LARGE = """
WITH RECURSIVE known AS (
    (SELECT guild_id FROM user_economy WHERE kind = 'wallet' ORDER BY guild_id LIMIT 1)
    UNION ALL
    SELECT (SELECT e.guild_id FROM user_economy e WHERE e.kind = 'wallet' AND e.guild_id > known.guild_id
             ORDER BY e.guild_id LIMIT 1)
      FROM known WHERE known.guild_id IS NOT NULL)
SELECT guild_id FROM known
 WHERE guild_id IS NOT NULL AND (SELECT count(*) FROM (
    SELECT FROM user_economy e WHERE e.guild_id = known.guild_id AND e.kind = 'wallet' AND e.balance > 0
     LIMIT $1 + 1) wallets) > $1"""

_FORGET = "DELETE FROM standing_marks WHERE guild_id = $1"
_MEASURE = """
INSERT INTO standing_marks (guild_id, balance, place)
SELECT DISTINCT $1::bigint, balance, place FROM (
    SELECT balance, rank() OVER (ORDER BY balance DESC) AS place, row_number() OVER (ORDER BY balance DESC) AS row
      FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND balance > 0) ranked
 WHERE row % $2 = 0
UNION ALL
SELECT $1, 0, count(*) + 1 FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND balance > 0"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One member's row on the leaderboard."""

    user_id: int
    balance: int
    rank: int


@dataclass(frozen=True, slots=True)
class Rank:
    """A member's rank; `about` marks an estimate, and there is none beyond the sampled range."""

    balance: int
    rank: int | None
    about: bool = False


@dataclass(frozen=True, slots=True)
class Leaderboard:
    """A page and the reader's own rank (None without coins); `cut` if more members have coins than are listed."""

    entries: Sequence[Entry]
    number: int
    pages: int
    cut: bool
    own: Rank | None
    symbol: str


async def page(guild_id: int, reader_id: int, number: int) -> Leaderboard:
    """A page with the reader's own rank; the last page if `number` is beyond it."""
    (row,) = await rows(_LISTED, guild_id, EXACT + 1)
    pages = max(1, -(-min(row["listed"], EXACT) // SIZE))
    number = min(max(number, 1), pages)
    found = await rows(_PAGE, guild_id, number * SIZE, (number - 1) * SIZE)
    entries = [Entry(row["user_id"], row["balance"], row["place"]) for row in found]
    reader = await earnings.account(guild_id, reader_id)
    own = await rank(guild_id, reader.balance) if reader.balance else None
    return Leaderboard(entries, number, pages, row["listed"] > EXACT, own, reader.symbol)


async def rank(guild_id: int, balance: int) -> Rank:
    """The rank of a balance: counted up to rank 1,000, estimated from the last samples beyond."""
    (row,) = await rows(_ABOVE, guild_id, balance, EXACT)
    if row["above"] < EXACT:
        return Rank(balance, row["above"] + 1)
    found = await rows(_ESTIMATE, guild_id, balance, 2 * STEP)
    return Rank(balance, max(EXACT + 1, found[0]["place"]) if found else None, about=True)


async def renew() -> None:
    """Enqueue a job to resample every large guild."""
    for row in await rows(_LARGE, EXACT):
        guild_id = row["guild_id"]
        await jobs.enqueue(MARK, {"guild_id": guild_id}, guild_id=guild_id, key=MARK)


async def mark(guild_id: int) -> None:
    """Sample the balance at about every 500th rank of a guild."""
    async with transaction():
        await rows(_FORGET, guild_id)
        await rows(_MEASURE, guild_id, STEP)
