"""What admins do to the books: give coins, take them, and undo transfers by new ones."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from models import AccountKind
from services.core.actors import Person
from services.core.amounts import LARGEST, Amount
from services.economy import corrections, reversals
from services.economy.corrections import Correction
from services.economy.reversals import Change, Plan
from services.identity import live_members
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Body, Id, IdIn, Number, Reply

_SHARES = {"all": Amount(None), "half": Amount(None, share=2)}


class Grant(Body):
    """New coins for a member."""

    user_id: IdIn = Field(examples=["1190000000000000001"])
    coins: int = Field(ge=1, le=LARGEST, examples=[250])
    reason: str = Field("", max_length=400, description="Stays in the books", examples=["Won the drawing contest"])


class Take(Body):
    """Coins that a member loses for good."""

    user_id: IdIn = Field(examples=["1190000000000000001"])
    coins: int | Literal["half", "all"] = Field(description="How many, or which share of theirs", examples=[250])
    reason: str = Field("", max_length=400, description="Stays in the books")


class Booking(Reply):
    """Coins that were given or taken."""

    number: Number = Field(description="Of the transfer; it stands on the receipt")
    user_id: Id
    coins: int
    balance: int = Field(description="What the member has now")


class Undo(Body):
    """Which transfer to undo."""

    number: IdIn = Field(examples=["48213"])
    reason: str = Field("", max_length=400, description="Stays in the books", examples=["Paid to the wrong person"])


class AccountChange(Reply):
    """What a plan would do to one account."""

    kind: AccountKind
    user_id: Id | None
    before: int
    amount: int = Field(examples=[-250])


class ReversalPlan(Reply):
    """How a transfer would be undone; good for a quarter of an hour, for whoever asked."""

    id: Number
    number: Number = Field(description="The transfer")
    coins: int = Field(description="How many go back")
    missing: int = Field(description="How many should but are spent")
    keeps_goods: bool = Field(description="Whether what was bought stays with the buyer")
    changes: list[AccountChange]


class Confirmation(Body):
    """Which plan to carry out."""

    plan_id: IdIn = Field(examples=["17"])


class Reversal(Reply):
    """A transfer that undid another."""

    number: Number
    reverses: Number
    coins: int


async def _receiver(call: Call, body: Grant) -> Person:
    return await live_members.find(call.guild_id, body.user_id)


@endpoint(
    Operation(
        "Give a member coins", tag="economy", body=Grant, reply=Booking, status=201, errors=(409,), asks=_receiver
    )
)
async def grant(call: Call, body: Grant, asked: Person) -> Booking:
    """From the mint, even if the wallet is frozen; only members of the server can get any."""
    made = await corrections.grant(call.guild_id, call.actor, asked, body.coins, body.reason, key=call.key)
    return _booking(body.user_id, made)


async def _loser(call: Call, body: Take) -> None:
    await live_members.check_here(call.guild_id, body.user_id)


@endpoint(
    Operation(
        "Take a member's coins",
        tag="economy",
        body=Take,
        reply=Booking,
        status=201,
        errors=(404, 409),
        asks=_loser,
    )
)
async def take(call: Call, body: Take) -> Booking:
    """Into the sink, even if the wallet is frozen or its owner has left."""
    amount = _SHARES[body.coins] if isinstance(body.coins, str) else Amount(body.coins)
    made = await corrections.take(call.guild_id, call.actor, body.user_id, amount, body.reason, key=call.key)
    return _booking(body.user_id, made)


@endpoint(
    Operation("Plan to undo a transfer", tag="economy", body=Undo, reply=ReversalPlan, status=201, errors=(404, 409))
)
async def plan(call: Call, body: Undo) -> ReversalPlan:
    """What would go back, and what is spent already; nothing moves yet."""
    return _plan(await reversals.plan(call.guild_id, call.actor, body.number, body.reason))


@endpoint(
    Operation("Undo a transfer as planned", tag="economy", body=Confirmation, reply=Reversal, status=201, errors=(409,))
)
async def reverse(call: Call, body: Confirmation) -> Reversal:
    """Exactly what the plan showed, or nothing if coins were spent or the transfer was undone since."""
    made = await reversals.confirm(call.guild_id, call.actor, body.plan_id, key=call.key)
    return Reversal(number=made.number, reverses=made.reverses, coins=made.coins)


def _booking(user_id: int, made: Correction) -> Booking:
    return Booking(number=made.number, user_id=user_id, coins=made.coins, balance=made.balance)


def _plan(found: Plan) -> ReversalPlan:
    return ReversalPlan(
        id=found.id,
        number=found.number,
        coins=found.coins,
        missing=found.missing,
        keeps_goods=found.keeps_goods,
        changes=[_change(one) for one in found.changes],
    )


def _change(change: Change) -> AccountChange:
    kind, user_id = (
        (change.party, None) if isinstance(change.party, AccountKind) else (AccountKind.WALLET, change.party)
    )
    return AccountChange(kind=kind, user_id=user_id, before=change.before, amount=change.amount)
