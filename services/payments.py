"""Coins from member to member: at once, after a yes, or on request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tortoise.exceptions import IntegrityError

from discord_api.snowflakes import made_at
from locales import t
from models import AccountKind, Offer, OfferState
from services import economy_settings, jobs, ledger
from services.amounts import Amount
from services.economy_settings import EconomySettings
from services.errors import Conflict, Forbidden, NotFound, UserError
from services.ledger import Entry, Move
from services.transactions import rows, transaction

EXPIRE = "offer.expire"  # the job that closes an offer nobody answered

_LOCK = "SELECT * FROM offers WHERE guild_id = $1 AND id = $2 FOR UPDATE"
_SETTLE = "UPDATE offers SET state = $3 WHERE guild_id = $1 AND id = $2"


class WrongParty(UserError):
    """Coins can't go there."""


@dataclass(frozen=True, slots=True)
class Person:
    """Someone coins may come from or go to."""

    id: int
    bot: bool
    in_guild: bool


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment that was made."""

    number: int
    coins: int
    fee: int
    balance: int
    symbol: str


@dataclass(frozen=True, slots=True)
class Offered:
    """A payment or request that waits for a yes."""

    id: int
    coins: int
    payer_id: int
    payee_id: int
    note: str
    expires_at: datetime
    symbol: str
    number: int | None = None


async def pay(guild_id: int, payer: Person, payee: Person, amount: Amount, note: str, *, key: str) -> Paid:
    """Move coins from one member to another at once."""
    _check_parties(payer, payee)
    async with transaction():
        settings = await economy_settings.of(guild_id)
        _check_age(payer.id, settings)
        books = await ledger.hold(guild_id, payer.id, payee.id, AccountKind.SINK)
        coins = amount.of(books[payer.id].balance)
        fee = _fee(coins, settings)
        moves = [Move(payer.id, payee.id, coins - fee), *([Move(payer.id, AccountKind.SINK, fee)] if fee else [])]
        entry = await ledger.post(books, moves, key=key, kind="pay", actor_id=payer.id, reason=note)
    return Paid(entry.number, coins, fee, entry.balances[payer.id], settings.symbol)


async def offer(guild_id: int, payer: Person, payee: Person, amount: Amount, note: str, *, key: str) -> Offered:
    """Put coins into escrow until the other member takes them; they come back if nobody does."""
    _check_parties(payer, payee)
    async with transaction():
        settings = await economy_settings.of(guild_id)
        _check_age(payer.id, settings)
        books = await ledger.hold(guild_id, payer.id, AccountKind.ESCROW)
        coins = amount.of(books[payer.id].balance)
        entry = await ledger.post(
            books, [Move(payer.id, AccountKind.ESCROW, coins)], key=key, kind="hold", actor_id=payer.id, reason=note
        )
        return await _open("payment", guild_id, payer.id, payee.id, coins, note, settings, entry.number)


async def request(guild_id: int, payee: Person, payer: Person, amount: Amount, note: str) -> Offered:
    """Ask a member for coins; one open request for each pair."""
    _check_parties(payer, payee)
    coins = amount.coins
    if coins is None:
        raise UserError(t("Write the amount as a number, like `250` or `1.5k`."))
    async with transaction():
        settings = await economy_settings.of(guild_id)
        try:
            return await _open("request", guild_id, payer.id, payee.id, coins, note, settings, None)
        except IntegrityError as error:
            raise Conflict(
                t("You have an open request to <@{member}> already; they can pay or decline it.", member=str(payer.id))
            ) from error


async def accept(guild_id: int, offer_id: int, user_id: int, *, key: str) -> tuple[Offered, Paid]:
    """Take the coins that were held (payee), or pay what was asked (payer)."""
    async with transaction():
        settings = await economy_settings.of(guild_id)
        # The accounts come first in every transaction, so that no two of them wait in a circle.
        seen = await _find(guild_id, offer_id, user_id)
        source = seen.payer_id if seen.kind == "request" else AccountKind.ESCROW
        books = await ledger.hold(guild_id, source, seen.payee_id, AccountKind.SINK)
        found = await _lock(guild_id, offer_id)
        if found.expires_at <= datetime.now(UTC):
            raise Conflict(t("This has expired."))
        if user_id != (found.payer_id if found.kind == "request" else found.payee_id):
            raise Forbidden(t("This is not yours to accept."))
        if found.kind == "request":
            _check_age(found.payer_id, settings)
        fee = _fee(found.amount, settings)
        moves = [Move(source, found.payee_id, found.amount - fee)]
        moves += [Move(source, AccountKind.SINK, fee)] if fee else []
        entry = await ledger.post(
            books, moves, key=key, kind="pay", actor_id=found.payer_id, reason=found.note, details={"offer": offer_id}
        )
        await _settle(found, OfferState.ACCEPTED)
    return _offered(found, settings), _paid(entry, found, fee, settings)


async def decline(guild_id: int, offer_id: int, user_id: int, *, key: str) -> Offered:
    """Close an offer: either side may; held coins go back to the payer."""
    async with transaction():
        await _find(guild_id, offer_id, user_id)
        return await _close(guild_id, offer_id, OfferState.DECLINED, key=key, actor_id=user_id)


async def expire(guild_id: int, offer_id: int) -> Offered | None:
    """Close an offer that nobody answered in time; None if it was answered."""
    async with transaction():
        try:
            return await _close(guild_id, offer_id, OfferState.EXPIRED, key=f"offer:{offer_id}:expired", actor_id=0)
        except (Conflict, NotFound):
            return None


async def _open(
    kind: str,
    guild_id: int,
    payer_id: int,
    payee_id: int,
    coins: int,
    note: str,
    settings: EconomySettings,
    number: int | None,
) -> Offered:
    expires_at = datetime.now(UTC) + timedelta(hours=settings.offer_hours)
    made = await Offer.create(
        guild_id=guild_id,
        kind=kind,
        payer_id=payer_id,
        payee_id=payee_id,
        amount=coins,
        note=note,
        expires_at=expires_at,
    )
    payload = {"offer_id": made.id}
    await jobs.enqueue(EXPIRE, payload, guild_id=guild_id, key=f"offer:{made.id}", at=expires_at)
    return _offered(made, settings, number)


async def _close(guild_id: int, offer_id: int, state: OfferState, *, key: str, actor_id: int) -> Offered:
    settings = await economy_settings.of(guild_id)
    seen = await Offer.get_or_none(guild_id=guild_id, id=offer_id)
    if seen is None:
        raise NotFound(t("There is no such payment or request."))
    books = await ledger.hold(guild_id, seen.payer_id, AccountKind.ESCROW)
    found = await _lock(guild_id, offer_id)
    if found.kind == "payment":
        # Nobody's freeze keeps a payer from getting back what was only held.
        await ledger.post(
            books,
            [Move(AccountKind.ESCROW, found.payer_id, found.amount)],
            key=key,
            kind="release",
            actor_id=actor_id,
            reason=found.note,
            details={"offer": offer_id},
            despite_freeze=True,
        )
    await _settle(found, state)
    return _offered(found, settings)


async def _find(guild_id: int, offer_id: int, user_id: int) -> Offer:
    found = await Offer.get_or_none(guild_id=guild_id, id=offer_id)
    if found is None or user_id not in (found.payer_id, found.payee_id):
        raise NotFound(t("There is no such payment or request."))
    return found


async def _lock(guild_id: int, offer_id: int) -> Offer:
    """The offer as it stands now, unchangeable by others until the end of the transaction; refused unless open."""
    (row,) = await rows(_LOCK, guild_id, offer_id)
    if row["state"] != OfferState.OPEN:
        raise Conflict(_ENDED[OfferState(row["state"])])
    return Offer(**row)


async def _settle(found: Offer, state: OfferState) -> None:
    await rows(_SETTLE, found.guild_id, found.id, state.value)
    await jobs.remove(found.guild_id, f"offer:{found.id}")


_ENDED = {
    OfferState.ACCEPTED: t("This was accepted already."),
    OfferState.DECLINED: t("This was declined."),
    OfferState.EXPIRED: t("This has expired."),
}


def _offered(found: Offer, settings: EconomySettings, number: int | None = None) -> Offered:
    return Offered(
        found.id,
        found.amount,
        found.payer_id,
        found.payee_id,
        found.note,
        found.expires_at,
        settings.symbol,
        number,
    )


def _paid(entry: Entry, found: Offer, fee: int, settings: EconomySettings) -> Paid:
    return Paid(entry.number, found.amount, fee, entry.balances.get(found.payer_id, 0), settings.symbol)


def _fee(coins: int, settings: EconomySettings) -> int:
    return coins * settings.fee_percent // 100


def _check_parties(payer: Person, payee: Person) -> None:
    if payer.id == payee.id:
        raise WrongParty(t("You can't pay yourself."))
    if payer.bot or payee.bot:
        raise WrongParty(t("Bots have no use for coins."))
    if not (payer.in_guild and payee.in_guild):
        raise WrongParty(t("That person is not in this server."))


def _check_age(payer_id: int, settings: EconomySettings) -> None:
    since = made_at(payer_id) + timedelta(days=settings.newcomer_days)
    if since > datetime.now(UTC):
        raise Conflict(
            t(
                "Your Discord account is too new to send coins here. You can from <t:{since}:f>.",
                since=str(int(since.timestamp()) + 1),
            )
        )
