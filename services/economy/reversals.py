"""Reversals: a transfer that undoes an earlier one, planned and shown before it is made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from locales import t
from models import AccountKind
from services.core import areas, audit, plans
from services.core.actors import Actor
from services.core.errors import Conflict, NotFound
from services.core.transactions import fetch, rows, transaction
from services.economy import ledger, rules
from services.economy.ledger import LockedAccounts, Move, NotEnoughCoins, Owner, Party

ACTION = "economy.reverse"

_TRANSFER = "SELECT id, kind, actor_id FROM transfers WHERE guild_id = $1 AND id = $2"
_REVERSED_BY = "SELECT id FROM transfers WHERE guild_id = $1 AND reverses_id = $2"
_LEGS = """
SELECT e.kind, e.user_id, p.amount FROM postings p JOIN user_economy e ON e.id = p.account_id
 WHERE p.guild_id = $1 AND p.transfer_id = $2 ORDER BY p.id"""


@dataclass(frozen=True, slots=True)
class _Transfer:
    id: int
    kind: str
    actor_id: int


@dataclass(frozen=True, slots=True)
class _Leg(Owner):
    amount: int


@dataclass(frozen=True, slots=True)
class Change:
    """A plan's effect on one account."""

    party: Party
    before: int
    amount: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A reversal as shown; confirming `id` does exactly this."""

    id: int
    number: int
    kind: str
    reason: str
    changes: Sequence[Change]
    coins: int  # to be returned
    missing: int  # owed but already spent
    keeps_goods: bool
    symbol: str


@dataclass(frozen=True, slots=True)
class Reversed:
    """A completed reversal."""

    number: int
    reverses: int
    coins: int
    symbol: str


async def plan(guild_id: int, actor: Actor, number: int, reason: str) -> Plan:
    """Plan the reversal of a receipt; if coins were spent already, with what is left of them."""
    async with transaction():
        settings = await rules.of(guild_id)
        found = await _transfer(guild_id, number)
        legs = await _undone(guild_id, found)
        books = await _hold(guild_id, legs)
        await _only_once(guild_id, number)
        moves = _moves(legs, books)
        if not moves:
            raise NotEnoughCoins(t("None of the coins of receipt #{number} are left.", number=str(number)))
        stored = {"receipt": number, "reason": reason, "moves": [_stored(move) for move in moves]}
        plan_id = await plans.keep(guild_id, actor.id, ACTION, stored)
    return _shown(plan_id, found, reason, legs, moves, books, settings.symbol)


async def look(guild_id: int, actor: Actor, plan_id: int) -> Plan:
    """A plan to show again, with current balances."""
    async with transaction():
        settings = await rules.of(guild_id)
        stored = await plans.look(guild_id, plan_id, actor.id, ACTION)
        found = await _transfer(guild_id, stored["receipt"])
        legs = await _undone(guild_id, found)
        books = await _hold(guild_id, legs)
    moves = [_restored(move) for move in stored["moves"]]
    return _shown(plan_id, found, stored["reason"], legs, moves, books, settings.symbol)


async def confirm(guild_id: int, actor: Actor, plan_id: int, *, key: str) -> Reversed:
    """Carry out a plan exactly as shown; refused if the receipt was reversed or coins were spent meanwhile."""
    async with transaction():
        settings = await rules.of(guild_id)
        stored = await plans.take(guild_id, plan_id, actor.id, ACTION)
        number, moves = stored["receipt"], [_restored(move) for move in stored["moves"]]
        books = await ledger.hold(guild_id, *{party for move in moves for party in (move.source, move.target)})
        await _only_once(guild_id, number)
        _still_there(moves, books)
        entry = await ledger.post(
            books,
            moves,
            key=key,
            kind="reverse",
            actor_id=actor.id,
            reason=stored["reason"],
            reverses=number,
            despite_freeze=True,
        )
        coins = sum(move.coins for move in moves)
        details = {"receipt": entry.number, "reverses": number, "coins": coins, "reason": stored["reason"]}
        await audit.record(guild_id, actor.id, ACTION, f"#{number}", details, actor.request_id)
    return Reversed(entry.number, number, coins, settings.symbol)


async def drop(guild_id: int, actor: Actor, plan_id: int) -> None:
    """Drop a plan that was viewed but not confirmed."""
    await plans.take(guild_id, plan_id, actor.id, ACTION)


def _shown(
    plan_id: int,
    found: _Transfer,
    reason: str,
    legs: Mapping[Party, int],
    moves: Sequence[Move],
    books: LockedAccounts,
    symbol: str,
) -> Plan:
    owed = sum(coins for coins in legs.values() if coins > 0)
    back = sum(move.coins for move in moves)
    kind = areas.transfers().get(found.kind)
    keeps = kind is not None and kind.keeps_goods
    return Plan(plan_id, found.id, found.kind, reason, _changes(moves, books), back, owed - back, keeps, symbol)


async def _transfer(guild_id: int, number: int) -> _Transfer:
    found = await fetch(_Transfer, _TRANSFER, guild_id, number)
    if not found:
        raise NotFound(t("This server has no receipt #{number}.", number=str(number)))
    return found[0]


async def _undone(guild_id: int, found: _Transfer) -> dict[Party, int]:
    """The net change of each account if a transfer is reversed in full."""
    legs: dict[Party, int] = {leg.party: -leg.amount for leg in await fetch(_Leg, _LEGS, guild_id, found.id)}
    if AccountKind.ESCROW in legs:
        if found.kind != "pay":
            raise Conflict(
                t(
                    "Receipt #{number} only put coins on hold or returned them. Decline the payment, or reverse the "
                    "receipt of its acceptance.",
                    number=str(found.id),
                )
            )
        # The coins came from the payer and were in escrow only until accepted.
        legs[found.actor_id] = legs.pop(AccountKind.ESCROW)
    return _inherited(legs)


async def _hold(guild_id: int, legs: Iterable[Party]) -> LockedAccounts:
    """Lock the accounts of a transfer. If a wallet had to be opened, its owner is being erased right now."""
    books = await ledger.hold(guild_id, *legs)
    if not all(isinstance(party, AccountKind) for party in books.opened):
        raise Conflict(
            t("The data of someone who took part in this is being deleted right now. Please try again in a minute.")
        )
    return books


def _inherited(legs: Mapping[Party, int]) -> dict[Party, int]:
    """Coins owed to an erased person are burned, as their balance was; an erased person owes nothing."""
    there: dict[Party, int] = {}
    for party, coins in legs.items():
        erased = not isinstance(party, AccountKind) and party < 0
        if coins > 0 or not erased:
            heir = AccountKind.SINK if erased else party
            there[heir] = there.get(heir, 0) + coins
    return there


async def _only_once(guild_id: int, number: int) -> None:
    if done := await rows(_REVERSED_BY, guild_id, number):
        by = str(done[0]["id"])
        raise Conflict(t("Receipt #{number} has already been reversed by receipt #{by}.", number=str(number), by=by))


def _moves(legs: Mapping[Party, int], books: LockedAccounts) -> list[Move]:
    """Moves from those who gained to those who paid, in order, as far as coins are left."""
    owed = {party: coins for party, coins in legs.items() if coins > 0}
    gained = {party: -coins for party, coins in legs.items() if coins < 0}
    moves = []
    for source, coins in gained.items():
        left = coins if source is AccountKind.MINT else min(coins, books[source].balance)
        for target, due in list(owed.items()):
            if back := min(left, due):
                moves.append(Move(source, target, back))
                owed[target] -= back
                left -= back
    return moves


def _still_there(moves: Sequence[Move], books: LockedAccounts) -> None:
    for change in _changes(moves, books):
        if change.before + change.amount < 0 and change.party is not AccountKind.MINT:
            raise NotEnoughCoins(t("Some of these coins have been spent in the meantime. Please start again."))


def _changes(moves: Sequence[Move], books: LockedAccounts) -> list[Change]:
    amounts: dict[Party, int] = {}
    for move in moves:
        amounts[move.source] = amounts.get(move.source, 0) - move.coins
        amounts[move.target] = amounts.get(move.target, 0) + move.coins
    return [Change(party, books[party].balance, amount) for party, amount in amounts.items()]


def _stored(move: Move) -> list[Any]:
    return [_name(move.source), _name(move.target), move.coins]


def _restored(stored: Sequence[Any]) -> Move:
    source, target, coins = stored
    return Move(_named(source), _named(target), coins)


def _name(party: Party) -> str:
    return party.value if isinstance(party, AccountKind) else str(party)


def _named(name: str) -> Party:
    return int(name) if name.isdecimal() else AccountKind(name)
