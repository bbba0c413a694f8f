"""Immediate payments between members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from discord_api.snowflakes import made_at
from locales import t
from models import AccountKind
from services.core import clock
from services.core.actors import Person
from services.core.amounts import Amount
from services.core.errors import Conflict, UserError
from services.core.transactions import transaction
from services.economy import confirmations, ledger, rules
from services.economy.confirmations import NEVER, NeedsConfirmation
from services.economy.ledger import LockedAccounts, Move, Party
from services.economy.settings import EconomySettings


class WrongParty(UserError):
    """Coins can't be sent to this person."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A completed payment; `fee` was deducted from `coins`."""

    number: int
    coins: int
    fee: int
    symbol: str


async def pay(
    guild_id: int, payer: Person, payee: Person, amount: Amount, note: str, *, key: str, ask_above: int = NEVER
) -> Paid:
    """Pay a member at once; NeedsConfirmation above that percentage of the payer's balance."""
    check_parties(payer, payee)
    async with transaction():
        settings = await rules.of(guild_id)
        check_age(payer.id, settings)
        books = await ledger.hold(guild_id, payer.id, payee.id, *fee_takers(settings))
        coins = confirmed(books, payer.id, amount, settings, ask_above)
        fee = settings.fee(coins)
        moves = legs(payer.id, payee.id, coins, fee)
        entry = await ledger.post(books, moves, key=key, kind="pay", actor_id=payer.id, reason=note)
    return Paid(entry.number, coins, fee, settings.symbol)


def confirmed(books: LockedAccounts, payer_id: int, amount: Amount, settings: EconomySettings, ask_above: int) -> int:
    """The amount in coins; NeedsConfirmation if the payer wants to confirm that many."""
    balance = books[payer_id].balance
    coins = amount.of(balance)
    if confirmations.needed(coins, balance, ask_above):
        raise NeedsConfirmation(coins, balance, settings.symbol)
    return coins


def legs(source: Party, payee_id: int, coins: int, fee: int) -> list[Move]:
    """The moves of a payment: the fee to the sink, the rest to the payee."""
    moves = [Move(source, payee_id, coins - fee)]
    return [*moves, Move(source, AccountKind.SINK, fee)] if fee else moves


def fee_takers(settings: EconomySettings) -> list[Party]:
    """The accounts a fee goes to; none without a fee, so that payments don't queue for the sink's row."""
    return [AccountKind.SINK] if settings.fee_percent else []


def check_parties(payer: Person, payee: Person) -> None:
    """Refuse payments to oneself, to or from bots, and to people who are not in the server."""
    if payer.id == payee.id:
        raise WrongParty(t("You can't pay yourself."))
    if payer.bot or payee.bot:
        raise WrongParty(t("You can't pay bots."))
    if not (payer.in_guild and payee.in_guild):
        raise WrongParty(t("That person isn't in this server."))


def check_age(payer_id: int, settings: EconomySettings) -> None:
    """Refuse a payer whose Discord account is younger than the server allows."""
    since = made_at(payer_id) + timedelta(days=settings.newcomer_days)
    if since > clock.now():
        raise Conflict(
            t(
                "Your Discord account is too new to send coins here. You can send coins from <t:{since}:f>.",
                since=str(int(since.timestamp()) + 1),
            )
        )
