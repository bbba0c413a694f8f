"""Coins from member to member, at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from discord_api.snowflakes import made_at
from locales import t
from models import AccountKind
from services.core.actors import Person
from services.core.amounts import Amount
from services.core.errors import Conflict, UserError
from services.core.transactions import transaction
from services.economy import confirmations, ledger, rules
from services.economy.confirmations import NEVER, NeedsConfirmation
from services.economy.ledger import LockedAccounts, Move, Party
from services.economy.settings import EconomySettings


class WrongParty(UserError):
    """Coins can't go there."""


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was made; `fee` was kept back from `coins`."""

    number: int
    coins: int
    fee: int
    symbol: str


async def pay(
    guild_id: int, payer: Person, payee: Person, amount: Amount, note: str, *, key: str, ask_above: int = NEVER
) -> Paid:
    """Move coins from one member to another at once; Unconfirmed above that percentage of what the payer has."""
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
    """The coins that an amount means to the payer; Unconfirmed if they want to be asked about that many."""
    balance = books[payer_id].balance
    coins = amount.of(balance)
    if confirmations.needed(coins, balance, ask_above):
        raise NeedsConfirmation(coins, balance, settings.symbol)
    return coins


def legs(source: Party, payee_id: int, coins: int, fee: int) -> list[Move]:
    """What a payment of `coins` moves: the fee to the sink, the rest to the payee."""
    moves = [Move(source, payee_id, coins - fee)]
    return [*moves, Move(source, AccountKind.SINK, fee)] if fee else moves


def fee_takers(settings: EconomySettings) -> list[Party]:
    """The account that a payment's fee goes to; without a fee, payments need not wait for each other there."""
    return [AccountKind.SINK] if settings.fee_percent else []


def check_parties(payer: Person, payee: Person) -> None:
    """Refuse payments that make no sense: to oneself, with a bot, to somebody who is not here."""
    if payer.id == payee.id:
        raise WrongParty(t("You can't pay yourself."))
    if payer.bot or payee.bot:
        raise WrongParty(t("Bots have no use for coins."))
    if not (payer.in_guild and payee.in_guild):
        raise WrongParty(t("That person is not in this server."))


def check_age(payer_id: int, settings: EconomySettings) -> None:
    """Refuse a payer whose Discord account is younger than this server wants."""
    since = made_at(payer_id) + timedelta(days=settings.newcomer_days)
    if since > datetime.now(UTC):
        raise Conflict(
            t(
                "Your Discord account is too new to send coins here. You can from <t:{since}:f>.",
                since=str(int(since.timestamp()) + 1),
            )
        )
