"""The ledger audit: proves that every coin came from the mint and that no past row was changed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from models import AccountKind
from services.core.transactions import Row, rows, transaction

STEP = 20_000  # rows per statement, so that none comes near the time limit
NAMED = 10  # wrong rows reported; the audit ends there

_BY_KIND = """
SELECT kind, sum(balance)::bigint AS balance, count(*)::bigint AS accounts
  FROM user_economy WHERE guild_id = $1 GROUP BY kind"""
_TRANSFERS = "SELECT count(*)::bigint AS transfers FROM transfers WHERE guild_id = $1"
_WAITING = """
SELECT coalesce(sum(amount), 0)::bigint AS coins FROM offers
 WHERE guild_id = $1 AND kind = 'payment' AND state = 'open'"""

# Where the next step ends: STEP rows further in index order, or nothing for the last step.
_TRANSFER_END = "SELECT id FROM transfers WHERE guild_id = $1 AND id > $2 ORDER BY id OFFSET $3 LIMIT 1"
_POSTING_END = """
SELECT account_id, seq FROM postings WHERE guild_id = $1 AND (account_id, seq) > ($2, $3)
 ORDER BY account_id, seq OFFSET $4 LIMIT 1"""
_ACCOUNT_END = """
SELECT kind, user_id FROM user_economy WHERE guild_id = $1 AND (kind, user_id) > ($2, $3)
 ORDER BY kind, user_id OFFSET $4 LIMIT 1"""

_UNBALANCED = """
SELECT t.id AS transfer_id
  FROM transfers t LEFT JOIN postings p ON p.guild_id = t.guild_id AND p.transfer_id = t.id
 WHERE t.guild_id = $1 AND t.id > $2 AND t.id <= $3
 GROUP BY t.id HAVING coalesce(sum(p.amount), 0) <> 0 OR count(p.id) < 2 ORDER BY t.id LIMIT $4"""

# Each posting's digest covers the previous one on the same account, and the first covers the account itself; names and
# texts are covered by their commitments, compared where erasure has left something to compare. The first row of a step
# is the last of the previous one, and only looked back at.
_BROKEN = """
SELECT p.transfer_id, walk.account_id, e.kind, e.user_id FROM (
    SELECT p.id, p.account_id, p.seq, lag(p.digest) OVER account AS before,
           lag(p.balance_after, 1, 0::bigint) OVER account AS balance_before,
           lag(p.seq, 1, 0::bigint) OVER account AS last
      FROM postings p
     WHERE p.guild_id = $1 AND (p.account_id, p.seq) >= ($2, $3) AND (p.account_id, p.seq) <= ($4, $5)
    WINDOW account AS (PARTITION BY p.account_id ORDER BY p.seq)) AS walk
  JOIN postings p ON p.id = walk.id
  LEFT JOIN transfers t ON t.id = p.transfer_id
  LEFT JOIN user_economy e ON e.id = p.account_id AND e.guild_id = p.guild_id
 WHERE (walk.account_id, walk.seq) > ($2, $3)
   AND (t.id IS NULL OR e.id IS NULL OR p.seq <> walk.last + 1 OR p.balance_after <> walk.balance_before + p.amount
     OR p.digest IS DISTINCT FROM posting_digest(coalesce(walk.before, account_origin(e)), t, p)
     OR t.seal IS DISTINCT FROM coalesce(transfer_seal(t.salt, t), t.seal)
     OR walk.last = 0 AND e.seal IS DISTINCT FROM coalesce(account_seal(e.salt, e.user_id), e.seal))
 ORDER BY p.transfer_id, p.id LIMIT $6"""

_WRONG_CACHE = """
SELECT e.kind, e.user_id, e.balance, coalesce(newest.balance_after, 0)::bigint AS total
  FROM user_economy e
  LEFT JOIN LATERAL (SELECT p.seq, p.balance_after, p.digest FROM postings p
                      WHERE p.guild_id = e.guild_id AND p.account_id = e.id ORDER BY p.seq DESC LIMIT 1) newest ON true
 WHERE e.guild_id = $1 AND (e.kind, e.user_id) > ($2, $3) AND (e.kind, e.user_id) <= ($4, $5)
   AND (e.balance, e.seq, e.head) IS DISTINCT FROM
       (coalesce(newest.balance_after, 0), coalesce(newest.seq, 0), newest.digest)
 ORDER BY e.kind, e.user_id LIMIT $6"""

_FAR = 2**62


@dataclass(frozen=True, slots=True)
class WrongAccount:
    """An account whose cached balance, count or digest differs from its newest posting."""

    kind: AccountKind
    user_id: int
    balance: int
    total: int


@dataclass(frozen=True, slots=True)
class LedgerAudit:
    """The totals of a ledger, and its contradictions."""

    minted: int
    burned: int
    in_wallets: int
    in_treasury: int
    in_escrow: int
    waiting: int  # coins of pending payments; they must be in escrow
    wallets: int
    transfers: int
    wrong_transfers: tuple[int, ...]
    wrong_accounts: tuple[WrongAccount, ...]

    @property
    def difference(self) -> int:
        """Minted minus everything accounted for; 0 in a consistent ledger."""
        return self.minted - self.burned - self.in_wallets - self.in_treasury - self.in_escrow

    @property
    def sound(self) -> bool:
        uncovered = self.waiting > self.in_escrow
        return not (self.difference or uncovered or self.wrong_transfers or self.wrong_accounts)


async def audit(guild_id: int, seen: Callable[[int], None] = lambda _rows: None) -> LedgerAudit:
    """Check every posting of a guild in one snapshot; takes time in proportion to their number.

    `seen` is called repeatedly with the approximate number of rows checked since the last call.
    """
    async with transaction():
        await rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        kinds = {row["kind"]: row for row in await rows(_BY_KIND, guild_id)}
        (count,), (waiting,) = await rows(_TRANSFERS, guild_id), await rows(_WAITING, guild_id)
        unbalanced = [row async for row in _steps(guild_id, _TRANSFER_END, _UNBALANCED, (0,), (_FAR,), seen)]
        broken = [row async for row in _steps(guild_id, _POSTING_END, _BROKEN, (0, 0), (_FAR, _FAR), seen)]
        caches = [row async for row in _steps(guild_id, _ACCOUNT_END, _WRONG_CACHE, ("", 0), ("zzz", _FAR), seen)]

    def held(kind: AccountKind) -> int:
        return int(kinds[kind]["balance"]) if kind in kinds else 0

    return LedgerAudit(
        minted=-held(AccountKind.MINT),
        burned=held(AccountKind.SINK),
        in_wallets=held(AccountKind.WALLET),
        in_treasury=held(AccountKind.TREASURY),
        in_escrow=held(AccountKind.ESCROW),
        waiting=waiting["coins"],
        wallets=int(kinds[AccountKind.WALLET]["accounts"]) if AccountKind.WALLET in kinds else 0,
        transfers=count["transfers"],
        wrong_transfers=tuple(sorted({row["transfer_id"] for row in [*unbalanced, *broken]})[:NAMED]),
        wrong_accounts=tuple(_wrong(row) for row in caches[:NAMED]),
    )


async def _steps(
    guild_id: int,
    end: str,
    check: str,
    start: tuple[Any, ...],
    far: tuple[Any, ...],
    seen: Callable[[int], None],
) -> AsyncIterator[Row]:
    """The wrong rows of a table, found step by step in index order; stops once there are enough."""
    found = 0
    while start != far and found < NAMED:
        ends = await rows(end, guild_id, *start, STEP)
        until = tuple(ends[0].values()) if ends else far
        for row in await rows(check, guild_id, *start, *until, NAMED):
            found += 1
            yield row
        seen(STEP)
        start = until


def _wrong(row: Row) -> WrongAccount:
    return WrongAccount(AccountKind(row["kind"]), row["user_id"], row["balance"], row["total"])
