"""The proof of a guild's books: that every coin came from the mint, and that no row of the past was changed."""

from __future__ import annotations

from dataclasses import dataclass

from models import AccountKind
from services.transactions import rows, transaction

_BY_KIND = """
SELECT kind, sum(balance)::bigint AS balance, count(*)::bigint AS accounts FROM user_economy WHERE guild_id = $1 GROUP BY kind"""

_UNBALANCED = """
SELECT transfer_id FROM postings WHERE guild_id = $1 GROUP BY transfer_id HAVING sum(amount) <> 0 ORDER BY 1 LIMIT 10"""

# Each posting's digest covers the one before it on the same account, so one window over the account retraces them all.
_BROKEN = """
SELECT p.transfer_id, p.account_id FROM (
    SELECT p.*, lag(p.digest) OVER account AS before, lag(p.balance_after, 1, 0::bigint) OVER account AS balance_before,
           row_number() OVER account AS place
      FROM postings p WHERE p.guild_id = $1 WINDOW account AS (PARTITION BY p.account_id ORDER BY p.seq)) AS walk
  JOIN postings p ON p.id = walk.id
  LEFT JOIN transfers t ON t.id = p.transfer_id
 WHERE t.id IS NULL OR p.seq <> walk.place OR p.balance_after <> walk.balance_before + p.amount
    OR p.digest IS DISTINCT FROM posting_digest(walk.before, t, p)
 ORDER BY p.transfer_id, p.id LIMIT 10"""

_MISSING = """
SELECT t.id AS transfer_id FROM transfers t
 WHERE t.guild_id = $1 AND NOT EXISTS (SELECT FROM postings p WHERE p.guild_id = $1 AND p.transfer_id = t.id)
 ORDER BY 1 LIMIT 10"""

_WRONG_CACHE = """
SELECT e.id AS account_id, e.user_id, e.kind, e.balance, coalesce(s.total, 0)::bigint AS total
  FROM user_economy e
  LEFT JOIN (SELECT account_id, sum(amount) AS total, count(*) AS postings, max(seq) AS last
               FROM postings WHERE guild_id = $1 GROUP BY account_id) s ON s.account_id = e.id
 WHERE e.guild_id = $1 AND (e.balance <> coalesce(s.total, 0) OR e.seq <> coalesce(s.postings, 0)
    OR e.head IS DISTINCT FROM (SELECT digest FROM postings h
                                 WHERE h.guild_id = $1 AND h.account_id = e.id AND h.seq = s.last))
 ORDER BY e.id LIMIT 10"""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the books say, and where they contradict themselves."""

    minted: int
    burned: int
    in_wallets: int
    in_treasury: int
    in_escrow: int
    wallets: int
    wrong_transfers: tuple[int, ...]
    wrong_accounts: tuple[tuple[int, int, int], ...]  # (user id or 0, cached balance, sum of the postings)

    @property
    def difference(self) -> int:
        """Minted less everything that is somewhere; 0 in sound books."""
        return self.minted - self.burned - self.in_wallets - self.in_treasury - self.in_escrow

    @property
    def sound(self) -> bool:
        return not (self.difference or self.wrong_transfers or self.wrong_accounts)


async def prove(guild_id: int) -> Proof:
    """Retrace every posting of a guild in one snapshot; takes time in proportion to their number."""
    async with transaction():
        await rows("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        kinds = {row["kind"]: row for row in await rows(_BY_KIND, guild_id)}
        wrong = {row["transfer_id"] for sql in (_UNBALANCED, _BROKEN, _MISSING) for row in await rows(sql, guild_id)}
        caches = await rows(_WRONG_CACHE, guild_id)

    def held(kind: AccountKind) -> int:
        return int(kinds[kind]["balance"]) if kind in kinds else 0

    return Proof(
        minted=-held(AccountKind.MINT),
        burned=held(AccountKind.SINK),
        in_wallets=held(AccountKind.WALLET),
        in_treasury=held(AccountKind.TREASURY),
        in_escrow=held(AccountKind.ESCROW),
        wallets=int(kinds[AccountKind.WALLET]["accounts"]) if AccountKind.WALLET in kinds else 0,
        wrong_transfers=tuple(sorted(wrong)),
        wrong_accounts=tuple((row["user_id"], row["balance"], row["total"]) for row in caches),
    )
