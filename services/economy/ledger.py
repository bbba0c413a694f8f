"""The double-entry ledger: coins only move between accounts of one guild, all at once or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from tortoise.exceptions import IntegrityError

from locales import t
from models import AccountKind
from services.core.amounts import LARGEST
from services.core.errors import Conflict, UserError
from services.core.transactions import fetch, rows, transaction

Party = int | AccountKind  # a member's id, or one of the guild's own accounts

_OPEN = """
INSERT INTO user_economy (guild_id, kind, user_id)
SELECT $1, kind, user_id FROM unnest($2::text[], $3::bigint[]) AS wanted (kind, user_id)
 WHERE NOT EXISTS (SELECT FROM user_economy e
                    WHERE e.guild_id = $1 AND e.kind = wanted.kind AND e.user_id = wanted.user_id)
 ORDER BY kind, user_id
ON CONFLICT DO NOTHING RETURNING kind, user_id"""

_HOLD = """
SELECT e.id, e.kind, e.user_id, e.balance, e.daily_streak, e.last_daily, e.last_work, e.frozen_at
  FROM user_economy e JOIN unnest($2::text[], $3::bigint[]) AS wanted (kind, user_id)
    ON e.guild_id = $1 AND e.kind = wanted.kind AND e.user_id = wanted.user_id
 ORDER BY e.id FOR UPDATE OF e"""

_POST = """
WITH transfer AS (
    INSERT INTO transfers (guild_id, key, kind, actor_id, reason, details, reverses_id)
    VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7) RETURNING id)
INSERT INTO postings (guild_id, transfer_id, account_id, amount)
SELECT $1, transfer.id, account_id, amount
  FROM transfer, unnest($8::bigint[], $9::bigint[]) AS leg (account_id, amount)
 ORDER BY account_id
RETURNING transfer_id, account_id, balance_after"""


class NotEnoughCoins(Conflict):
    """The account has too few coins."""


class Frozen(Conflict):
    """An admin has frozen this wallet."""


class AccountFull(Conflict):
    """The account can't hold more."""


class BadAmount(UserError):
    """An amount that can't be transferred."""


@dataclass(frozen=True, slots=True)
class Move:
    """Coins from one party to another."""

    source: Party
    target: Party
    coins: int


@dataclass(frozen=True, slots=True)
class Owner:
    """An account's owner; 0 owns a guild's own accounts."""

    kind: AccountKind
    user_id: int

    @property
    def party(self) -> Party:
        return self.user_id or self.kind


@dataclass(frozen=True, slots=True)
class HeldAccount(Owner):
    """An account whose row is locked."""

    id: int
    balance: int
    daily_streak: int
    last_daily: datetime | None
    last_work: datetime | None
    frozen_at: datetime | None


@dataclass(frozen=True, slots=True)
class LockedAccounts:
    """The accounts of one guild locked by a transaction, and which of them it opened."""

    guild_id: int
    accounts: Mapping[Party, HeldAccount]
    opened: Collection[Party]

    def __getitem__(self, party: Party) -> HeldAccount:
        return self.accounts[party]


@dataclass(frozen=True, slots=True)
class Entry:
    """A posted transfer: its receipt number, and each party's new balance."""

    number: int
    balances: Mapping[Party, int]


async def hold(guild_id: int, *parties: Party) -> LockedAccounts:
    """Lock accounts in id order, opening missing ones; call once per transaction, before anything else.

    A second call in the same transaction could deadlock with another one.
    """
    wanted = set(parties)
    kinds, owners = _columns(wanted)
    accounts: dict[Party, HeldAccount] = {}
    opened: set[Party] = set()
    # While this waits for a lock, an erasure may take the account from its owner, who then gets a new one.
    while wanted - accounts.keys():
        opened.update(owner.party for owner in await fetch(Owner, _OPEN, guild_id, kinds, owners))
        accounts = {account.party: account for account in await fetch(HeldAccount, _HOLD, guild_id, kinds, owners)}
    return LockedAccounts(guild_id, accounts, opened)


async def post(
    books: LockedAccounts,
    moves: Sequence[Move],
    *,
    key: str,
    kind: str,
    actor_id: int,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
    reverses: int | None = None,
    despite_freeze: bool = False,
) -> Entry:
    """Move coins between locked accounts as one transfer; a repeated key fails with IntegrityError.

    Raises NotEnoughCoins, Frozen, AccountFull or BadAmount, after which the transaction must be rolled back.
    """
    legs = _legs(books, moves, despite_freeze=despite_freeze)
    extra = orjson.dumps(details or {}).decode()
    ids, amounts = list(legs), list(legs.values())
    try:
        made = await rows(_POST, books.guild_id, key, kind, actor_id, reason, extra, reverses, ids, amounts)
    except IntegrityError as error:
        if "user_economy_bounded" in str(error):
            raise AccountFull(t("That is more coins than an account can hold.")) from error
        raise
    after = {row["account_id"]: row["balance_after"] for row in made}
    balances = {party: after.get(held.id, held.balance) for party, held in books.accounts.items()}
    return Entry(made[0]["transfer_id"], balances)


async def transfer(
    guild_id: int, source: Party, target: Party, coins: int, *, key: str, kind: str, actor_id: int, reason: str = ""
) -> Entry:
    """Move coins between two accounts, in the caller's transaction or a new one."""
    async with transaction():
        books = await hold(guild_id, source, target)
        return await post(books, [Move(source, target, coins)], key=key, kind=kind, actor_id=actor_id, reason=reason)


def _legs(books: LockedAccounts, moves: Sequence[Move], *, despite_freeze: bool) -> dict[int, int]:
    """The net change of each account, by account id."""
    legs: dict[Party, int] = {}
    for move in moves:
        if not 1 <= move.coins <= LARGEST:
            raise BadAmount(t("The amount must be between {least} and {most}.", least=1, most=LARGEST))
        legs[move.source] = legs.get(move.source, 0) - move.coins
        legs[move.target] = legs.get(move.target, 0) + move.coins
    for party, change in legs.items():
        _allow(books, party, change, despite_freeze=despite_freeze)
    return {books[party].id: change for party, change in legs.items() if change}


def check_not_frozen(books: LockedAccounts, party: Party) -> None:
    """Raise Frozen if an admin has frozen the party's wallet."""
    if books[party].frozen_at:
        raise Frozen(t("<@{member}>'s wallet is frozen. An admin of this server can say why.", member=str(party)))


def _allow(books: LockedAccounts, party: Party, change: int, *, despite_freeze: bool) -> None:
    account = books[party]
    if not despite_freeze:
        check_not_frozen(books, party)
    if account.balance + change < 0 and party != AccountKind.MINT:
        raise NotEnoughCoins(t("You need {needed} but have {has}.", has=account.balance, needed=-change))


def _columns(parties: Iterable[Party]) -> tuple[list[str], list[int]]:
    pairs = [(p.value, 0) if isinstance(p, AccountKind) else (AccountKind.WALLET.value, p) for p in parties]
    return [kind for kind, _ in pairs], [owner for _, owner in pairs]
