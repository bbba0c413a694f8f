"""How an offer ends: paid, declined or expired, once, with its coins where they belong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import orjson

from locales import t
from models import AccountKind, Offer, OfferState
from services.core import jobs
from services.core.errors import NotFound
from services.core.transactions import rows
from services.economy import ledger, payments, rules
from services.economy.ledger import LockedAccounts, Move
from services.economy.settings import EconomySettings

PAYMENT, REQUEST = "payment", "request"
_NO_OFFER = t("That payment or request doesn't exist.")
_LOCK = """
SELECT id, guild_id, kind, payer_id, payee_id, amount, note, state, expires_at, created_at
  FROM offers WHERE guild_id = $1 AND id = $2 FOR UPDATE"""
_SETTLE = "UPDATE offers SET state = $3 WHERE guild_id = $1 AND id = $2"
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


async def end(seen: Offer, state: OfferState, *, actor_id: int) -> Offered:
    """Close an open offer, and return what was held; a closed one stays as it was."""
    settings = await rules.of(seen.guild_id)
    # Held coins go back to the payer. A request moves nothing, so closing it must not open a wallet.
    parties = [seen.payer_id, AccountKind.ESCROW] if seen.kind == PAYMENT else []
    books = await ledger.hold(seen.guild_id, *parties)
    found = await lock(seen)
    if found.state != OfferState.OPEN:
        return await final(found, settings)
    return await close(found, state, books, settings, actor_id=actor_id)


async def hold(seen: Offer, settings: EconomySettings) -> LockedAccounts:
    """Lock everything that accepting may touch: accounts first, as in every transaction, then the offer."""
    source = [AccountKind.ESCROW] if seen.kind == PAYMENT else []
    return await ledger.hold(seen.guild_id, seen.payer_id, seen.payee_id, *source, *payments.fee_takers(settings))


async def pay(found: Offer, books: LockedAccounts, settings: EconomySettings) -> Offered:
    """Carry out an open offer whose accounts are locked."""
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
    return offered(found, settings, entry.number, fee)


async def close(
    found: Offer, state: OfferState, books: LockedAccounts, settings: EconomySettings, *, actor_id: int
) -> Offered:
    """Close an open offer whose accounts are locked."""
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
    return offered(found, settings, number)


async def find(guild_id: int, offer_id: int) -> Offer:
    """An offer of this guild; NotFound otherwise."""
    found = await Offer.get_or_none(guild_id=guild_id, id=offer_id)
    if found is None:
        raise NotFound(_NO_OFFER)
    return found


async def lock(seen: Offer) -> Offer:
    """The offer, locked until the end of the transaction."""
    found = await rows(_LOCK, seen.guild_id, seen.id)
    if not found:  # erased along with one of its two people since it was read
        raise NotFound(_NO_OFFER)
    return Offer(**found[0])


async def _settle(found: Offer, state: OfferState) -> None:
    await rows(_SETTLE, found.guild_id, found.id, state.value)
    await jobs.remove(found.guild_id, job(found))
    found.state = state


async def final(found: Offer, settings: EconomySettings) -> Offered:
    """An offer that was closed earlier, with its receipt."""
    made = await rows(_SETTLEMENT, found.guild_id, _key(found))
    if not made:
        return offered(found, settings)
    details = orjson.loads(made[0]["details"])
    return offered(found, settings, made[0]["id"], details.get("fee", 0))


def _key(found: Offer) -> str:
    """One key for every way of closing, so that the database allows only one."""
    return f"offer:{found.id}:end"


def job(found: Offer) -> str:
    """The key of the job that expires it."""
    return f"offer:{found.id}"


def offered(found: Offer, settings: EconomySettings, number: int | None = None, fee: int = 0) -> Offered:
    """The offer as its parties see it."""
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
