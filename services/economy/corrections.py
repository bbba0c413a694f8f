"""Admins' corrections: grant coins, take coins, freeze a wallet; and the nightly ledger audit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog

from locales import n, t
from models import AccountKind
from services.core import audit, clock
from services.core.actors import Actor, Person
from services.core.amounts import Amount
from services.core.errors import Conflict
from services.core.transactions import rows, transaction
from services.economy import ledger, ledger_audit, rules
from services.economy.ledger import Move, NotEnoughCoins
from services.economy.payments import WrongParty

log = structlog.get_logger(__name__)

# By key: a condition such as "not a wallet" would scan every wallet.
_HOUSE = """
SELECT kind, balance FROM user_economy
 WHERE guild_id = $1 AND kind IN ('mint', 'sink', 'treasury', 'escrow') AND user_id = 0 ORDER BY kind"""
_FREEZE = "UPDATE user_economy SET frozen_at = $2 WHERE id = $1"

# One probe per guild: its newest transfer tells whether anything moved since.
_MOVED = """
WITH RECURSIVE known AS (
    (SELECT guild_id FROM transfers ORDER BY guild_id LIMIT 1)
    UNION ALL
    SELECT (SELECT t.guild_id FROM transfers t WHERE t.guild_id > known.guild_id ORDER BY t.guild_id LIMIT 1)
      FROM known WHERE known.guild_id IS NOT NULL)
SELECT guild_id FROM known
 WHERE guild_id IS NOT NULL AND $1 <= (
    SELECT t.created_at FROM transfers t WHERE t.guild_id = known.guild_id ORDER BY t.id DESC LIMIT 1)"""


@dataclass(frozen=True, slots=True)
class Correction:
    """Coins granted or taken by an admin."""

    number: int
    coins: int
    balance: int
    symbol: str


# Granted coins come from the mint and taken coins go to the sink, not the treasury, so the audit's
# "minted" and "burned" cover everything admins and games ever created and destroyed, with no hidden hoard in between.
async def grant(guild_id: int, actor: Actor, member: Person, coins: int, reason: str, *, key: str) -> Correction:
    """Grant new coins to a member, even if their wallet is frozen."""
    if member.bot or not member.in_guild:
        raise WrongParty(t("You can only give coins to members of this server."))
    return await _book(guild_id, actor, member.id, Amount(coins), reason, key, "grant")


async def take(guild_id: int, actor: Actor, member_id: int, amount: Amount, reason: str, *, key: str) -> Correction:
    """Take coins from a member, even one who has left or whose wallet is frozen."""
    return await _book(guild_id, actor, member_id, amount, reason, key, "take")


def check_holds(balance: int, coins: int) -> None:
    """Refuse to take more coins than a wallet has, with a sentence about that wallet."""
    if coins > balance:
        raise NotEnoughCoins(n("That wallet only has {count} coin.", "That wallet only has {count} coins.", balance))


async def server_accounts(guild_id: int) -> dict[AccountKind, int]:
    """The balance of each of the guild's own accounts."""
    held = {row["kind"]: row["balance"] for row in await rows(_HOUSE, guild_id)}
    return {kind: held.get(kind, 0) for kind in AccountKind if kind is not AccountKind.WALLET}


async def freeze(guild_id: int, actor: Actor, member_id: int, reason: str) -> None:
    """Freeze a wallet: only admins can move coins in or out."""
    await _set_frozen(guild_id, actor, member_id, reason, frozen=True)


async def unfreeze(guild_id: int, actor: Actor, member_id: int, reason: str) -> None:
    """Unfreeze a wallet."""
    await _set_frozen(guild_id, actor, member_id, reason, frozen=False)


async def audit_recent(*, within: timedelta = timedelta(hours=25)) -> int:
    """Audit every guild that moved coins within `within`; returns how many ledgers are inconsistent."""
    unsound = 0
    for row in await rows(_MOVED, clock.now() - within):
        found = await ledger_audit.audit(row["guild_id"])
        if not found.sound:
            unsound += 1
            log.error(
                "unsound books",
                guild_id=row["guild_id"],
                difference=found.difference,
                receipts=found.wrong_transfers,
                accounts=[(account.kind.value, account.user_id) for account in found.wrong_accounts],
            )
    return unsound


async def _book(
    guild_id: int, actor: Actor, member_id: int, amount: Amount, reason: str, key: str, kind: str
) -> Correction:
    server_accounts = AccountKind.MINT if kind == "grant" else AccountKind.SINK
    async with transaction():
        settings = await rules.of(guild_id)
        books = await ledger.hold(guild_id, member_id, server_accounts)
        coins = amount.of(books[member_id].balance)
        if kind == "take":
            check_holds(books[member_id].balance, coins)
        move = Move(server_accounts, member_id, coins) if kind == "grant" else Move(member_id, server_accounts, coins)
        entry = await ledger.post(
            books, [move], key=key, kind=kind, actor_id=actor.id, reason=reason, despite_freeze=True
        )
        details = {"receipt": entry.number, "coins": coins, "reason": reason}
        await audit.record(guild_id, actor.id, f"economy.{kind}", str(member_id), details, actor.request_id)
    return Correction(entry.number, coins, entry.balances[member_id], settings.symbol)


async def _set_frozen(guild_id: int, actor: Actor, member_id: int, reason: str, *, frozen: bool) -> None:
    async with transaction():
        wallet = (await ledger.hold(guild_id, member_id))[member_id]
        if (wallet.frozen_at is not None) == frozen:
            raise Conflict(t("That wallet is already frozen.") if frozen else t("That wallet is not frozen."))
        await rows(_FREEZE, wallet.id, clock.now() if frozen else None)
        action = "economy.freeze" if frozen else "economy.unfreeze"
        await audit.record(guild_id, actor.id, action, str(member_id), {"reason": reason}, actor.request_id)
