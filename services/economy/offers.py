"""Pending transfers: payments held in escrow, and payment requests."""

from __future__ import annotations

from datetime import timedelta

from tortoise.exceptions import IntegrityError

from locales import t
from models import AccountKind, Offer, OfferState
from services.core import clock, jobs
from services.core.actors import Person
from services.core.amounts import Amount
from services.core.errors import Conflict, Forbidden, UserError
from services.core.transactions import rows, transaction
from services.economy import ledger, offer_settlement, payments, rules
from services.economy.confirmations import NEVER
from services.economy.ledger import Move
from services.economy.offer_settlement import PAYMENT, REQUEST, Offered
from services.economy.settings import EconomySettings

EXPIRE = "offer.expire"  # the job that expires an unanswered offer
# The worker may be late; an expired request must not block a new one.
_LAPSE = """
UPDATE offers SET state = 'expired'
 WHERE guild_id = $1 AND payer_id = $2 AND payee_id = $3 AND kind = 'request' AND state = 'open' AND expires_at <= $4"""


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
    return offer_settlement.offered(made, settings, entry.number)


async def request(guild_id: int, payee: Person, payer: Person, amount: Amount, note: str) -> Offered:
    """Request coins from a member; one open request per pair."""
    payments.check_parties(payer, payee)
    coins = amount.coins
    if coins is None:
        raise UserError(t("Enter the amount as a number, like `250` or `1.5k`."))
    async with transaction():
        settings = await rules.of(guild_id)
        await rows(_LAPSE, guild_id, payer.id, payee.id, clock.now())
        try:
            made = await _open(REQUEST, guild_id, payer.id, payee.id, coins, note, settings)
        except IntegrityError as error:
            if "offers_one_request" not in str(error):
                raise
            raise Conflict(
                t("You already have an open request to <@{member}>, who can pay or decline it.", member=str(payer.id))
            ) from error
    return offer_settlement.offered(made, settings)


async def accept(guild_id: int, offer_id: int, user_id: int, *, ask_above: int = NEVER) -> Offered:
    """Accept held coins (payee) or pay a request (payer); a closed offer stays as it was.

    Raises NeedsConfirmation if the amount is above that percentage of the payer's balance.
    """
    async with transaction():
        settings = await rules.of(guild_id)
        seen = await offer_settlement.find(guild_id, offer_id)
        if user_id != (seen.payer_id if seen.kind == REQUEST else seen.payee_id):
            raise Forbidden(t("Only the person being paid can accept this."))
        books = await offer_settlement.hold(seen, settings)
        found = await offer_settlement.lock(seen)
        if found.state != OfferState.OPEN:
            return await offer_settlement.final(found, settings)
        if found.expires_at <= clock.now():
            return await offer_settlement.close(found, OfferState.EXPIRED, books, settings, actor_id=0)
        if found.kind == REQUEST:
            payments.confirmed(books, found.payer_id, Amount(found.amount), settings, ask_above)
        return await offer_settlement.pay(found, books, settings)


async def decline(guild_id: int, offer_id: int, user_id: int) -> Offered:
    """Decline an offer, as either side; held coins are returned. A closed offer stays as it was."""
    async with transaction():
        seen = await offer_settlement.find(guild_id, offer_id)
        if user_id not in (seen.payer_id, seen.payee_id):
            raise Forbidden(t("Only the person being asked can answer this."))
        return await offer_settlement.end(seen, OfferState.DECLINED, actor_id=user_id)


async def expire(guild_id: int, offer_id: int) -> Offered:
    """Expire an unanswered offer; a closed offer stays as it was."""
    async with transaction():
        return await offer_settlement.end(
            await offer_settlement.find(guild_id, offer_id), OfferState.EXPIRED, actor_id=0
        )


async def _open(
    kind: str, guild_id: int, payer_id: int, payee_id: int, coins: int, note: str, settings: EconomySettings
) -> Offer:
    now = clock.now()
    expires_at = now + timedelta(hours=settings.offer_hours)
    made = await Offer.create(
        guild_id=guild_id,
        kind=kind,
        payer_id=payer_id,
        payee_id=payee_id,
        amount=coins,
        note=note,
        expires_at=expires_at,
        created_at=now,
    )
    payload = {"guild_id": guild_id, "offer_id": made.id}
    await jobs.enqueue(EXPIRE, payload, guild_id=guild_id, key=offer_settlement.job(made), at=expires_at)
    return made
