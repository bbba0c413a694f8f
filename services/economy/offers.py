"""Pending transfers: payments held in escrow, and payment requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from tortoise.exceptions import IntegrityError

from locales import t
from models import AccountKind, Offer, OfferState
from services.core import jobs
from services.core.actors import Person
from services.core.amounts import Amount
from services.core.errors import Conflict, Forbidden, NotFound, UserError
from services.core.transactions import rows, transaction
from services.economy import ledger, payments, rules
from services.economy.confirmations import NEVER
from services.economy.ledger import LockedAccounts, Move
from services.economy.settings import EconomySettings

EXPIRE = "offer.expire"  # the job that expires an unanswered offer
PAYMENT, REQUEST = "payment", "request"

_NO_OFFER = t("There is no such payment or request.")

_LOCK = """
SELECT id, guild_id, kind, payer_id, payee_id, amount, note, state, expires_at, created_at
  FROM offers WHERE guild_id = $1 AND id = $2 FOR UPDATE"""
_SETTLE = "UPDATE offers SET state = $3 WHERE guild_id = $1 AND id = $2"
# The worker may be late; an expired request must not block a new one.
_LAPSE = """
UPDATE offers SET state = 'expired'
 WHERE guild_id = $1 AND payer_id = $2 AND payee_id = $3 AND kind = 'request' AND state = 'open' AND expires_at <= $4"""
_SETTLEMENT = "SELECT id, details FROM transfers WHERE guild_id = $1 AND key = $2"


@dataclass(frozen=True, slots=True)
class Offered:
    """A payment or request in its current state; `number` is the receipt of its latest transfer."""

    id: int
    kind: str
    state: OfferState
    coins: int
    payer_id: int
    payee_id: int
    note: str
    expires_at: datetime
    symbol: str
    number: int | None = None
    fee: int = 0


async def offer(
    guild_id: int, payer: Person, payee: Person, amount: Amount, note: str, *, key: str, ask_above: int = NEVER
) -> Offered:
    """Put coins into escrow until the other member accepts; they are returned if nobody does."""
    payments.check_parties(payer, payee)
    async with transaction():
        settings = await rules.of(guild_id)
        payments.check_age(payer.id, settings)
        books = await ledger.hold(guild_id, payer.id, AccountKind.ESCROW)
        coins = payments.confirmed(books, payer.id, amount, settings, ask_above)
        made = await _open(PAYMENT, guild_id, payer.id, payee.id, coins, note, settings)
        moves = [Move(payer.id, AccountKind.ESCROW, coins)]
        details = {"offer": made.id, "payee": payee.id}
        entry = await ledger.post(books, moves, key=key, kind="hold", actor_id=payer.id, reason=note, details=details)
    return _offered(made, settings, entry.number)


async def request(guild_id: int, payee: Person, payer: Person, amount: Amount, note: str) -> Offered:
    """Request coins from a member; one open request per pair."""
    payments.check_parties(payer, payee)
    coins = amount.coins
    if coins is None:
        raise UserError(t("Write the amount as a number, like `250` or `1.5k`."))
    async with transaction():
        settings = await rules.of(guild_id)
        await rows(_LAPSE, guild_id, payer.id, payee.id, datetime.now(UTC))
        try:
            made = await _open(REQUEST, guild_id, payer.id, payee.id, coins, note, settings)
        except IntegrityError as error:
            if "offers_one_request" not in str(error):
                raise
            raise Conflict(
                t("You have an open request to <@{member}> already; they can pay or decline it.", member=str(payer.id))
            ) from error
    return _offered(made, settings)


async def accept(guild_id: int, offer_id: int, user_id: int, *, ask_above: int = NEVER) -> Offered:
    """Accept held coins (payee) or pay a request (payer); a closed offer stays as it was.

    Raises NeedsConfirmation if the amount is above that percentage of the payer's balance.
    """
    async with transaction():
        settings = await rules.of(guild_id)
        seen = await _find(guild_id, offer_id)
        if user_id != (seen.payer_id if seen.kind == REQUEST else seen.payee_id):
            raise Forbidden(t("This is not yours to accept."))
        books = await _hold(seen, settings)
        found = await _lock(seen)
        if found.state != OfferState.OPEN:
            return await _final(found, settings)
        if found.expires_at <= datetime.now(UTC):
            return await _close(found, OfferState.EXPIRED, books, settings, actor_id=0)
        if found.kind == REQUEST:
            payments.confirmed(books, found.payer_id, Amount(found.amount), settings, ask_above)
        return await _pay(found, books, settings)


async def decline(guild_id: int, offer_id: int, user_id: int) -> Offered:
    """Decline an offer, as either side; held coins are returned. A closed offer stays as it was."""
    async with transaction():
        seen = await _find(guild_id, offer_id)
        if user_id not in (seen.payer_id, seen.payee_id):
            raise Forbidden(t("This is not yours to answer."))
        return await _end(seen, OfferState.DECLINED, actor_id=user_id)


async def expire(guild_id: int, offer_id: int) -> Offered:
    """Expire an unanswered offer; a closed offer stays as it was."""
    async with transaction():
        return await _end(await _find(guild_id, offer_id), OfferState.EXPIRED, actor_id=0)


async def _open(
    kind: str, guild_id: int, payer_id: int, payee_id: int, coins: int, note: str, settings: EconomySettings
) -> Offer:
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
    payload = {"guild_id": guild_id, "offer_id": made.id}
    await jobs.enqueue(EXPIRE, payload, guild_id=guild_id, key=_job(made), at=expires_at)
    return made


async def _end(seen: Offer, state: OfferState, *, actor_id: int) -> Offered:
    settings = await rules.of(seen.guild_id)
    # Held coins go back to the payer. A request moves nothing, so closing it must not open a wallet.
    parties = [seen.payer_id, AccountKind.ESCROW] if seen.kind == PAYMENT else []
    books = await ledger.hold(seen.guild_id, *parties)
    found = await _lock(seen)
    if found.state != OfferState.OPEN:
        return await _final(found, settings)
    return await _close(found, state, books, settings, actor_id=actor_id)


async def _hold(seen: Offer, settings: EconomySettings) -> LockedAccounts:
    """Lock everything that accepting may touch: accounts first, as in every transaction, then the offer."""
    source = [AccountKind.ESCROW] if seen.kind == PAYMENT else []
    return await ledger.hold(seen.guild_id, seen.payer_id, seen.payee_id, *source, *payments.fee_takers(settings))


async def _pay(found: Offer, books: LockedAccounts, settings: EconomySettings) -> Offered:
    if found.kind == REQUEST:
        payments.check_age(found.payer_id, settings)
    # The coins may come from escrow, but it is the payer who pays.
    ledger.check_not_frozen(books, found.payer_id)
    source = found.payer_id if found.kind == REQUEST else AccountKind.ESCROW
    fee = settings.fee(found.amount)
    entry = await ledger.post(
        books,
        payments.legs(source, found.payee_id, found.amount, fee),
        key=_key(found),
        kind="pay",
        actor_id=found.payer_id,
        reason=found.note,
        details={"offer": found.id, "payee": found.payee_id, "fee": fee},
    )
    await _settle(found, OfferState.ACCEPTED)
    return _offered(found, settings, entry.number, fee)


async def _close(
    found: Offer, state: OfferState, books: LockedAccounts, settings: EconomySettings, *, actor_id: int
) -> Offered:
    number = None
    if found.kind == PAYMENT:
        # A freeze never keeps a payer from getting held coins back.
        entry = await ledger.post(
            books,
            [Move(AccountKind.ESCROW, found.payer_id, found.amount)],
            key=_key(found),
            kind="release",
            actor_id=actor_id,
            reason=found.note,
            details={"offer": found.id, "payee": found.payee_id},
            despite_freeze=True,
        )
        number = entry.number
    await _settle(found, state)
    return _offered(found, settings, number)


async def _find(guild_id: int, offer_id: int) -> Offer:
    found = await Offer.get_or_none(guild_id=guild_id, id=offer_id)
    if found is None:
        raise NotFound(_NO_OFFER)
    return found


async def _lock(seen: Offer) -> Offer:
    """The offer, locked until the end of the transaction."""
    found = await rows(_LOCK, seen.guild_id, seen.id)
    if not found:  # erased along with one of its two people since it was read
        raise NotFound(_NO_OFFER)
    return Offer(**found[0])


async def _settle(found: Offer, state: OfferState) -> None:
    await rows(_SETTLE, found.guild_id, found.id, state.value)
    await jobs.remove(found.guild_id, _job(found))
    found.state = state


async def _final(found: Offer, settings: EconomySettings) -> Offered:
    """An offer that was closed earlier, with its receipt."""
    made = await rows(_SETTLEMENT, found.guild_id, _key(found))
    if not made:
        return _offered(found, settings)
    details = orjson.loads(made[0]["details"])
    return _offered(found, settings, made[0]["id"], details.get("fee", 0))


def _key(found: Offer) -> str:
    """One key for every way of closing, so that the database allows only one."""
    return f"offer:{found.id}:end"


def _job(found: Offer) -> str:
    return f"offer:{found.id}"


def _offered(found: Offer, settings: EconomySettings, number: int | None = None, fee: int = 0) -> Offered:
    return Offered(
        found.id,
        found.kind,
        OfferState(found.state),
        found.amount,
        found.payer_id,
        found.payee_id,
        found.note,
        found.expires_at,
        settings.symbol,
        number,
        fee,
    )
