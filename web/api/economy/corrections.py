"""Corrections by admins: give coins, take coins, and reverse transfers with new ones."""

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
    reason: str = Field("", max_length=400, description="Recorded in the ledger", examples=["Won the drawing contest"])


class Take(Body):
    """Coins to remove from a member permanently."""

    user_id: IdIn = Field(examples=["1190000000000000001"])
    coins: int | Literal["half", "all"] = Field(description="An amount, or a share of their balance", examples=[250])
    reason: str = Field("", max_length=400, description="Recorded in the ledger")


class CorrectionReceipt(Reply):
    """The receipt of coins given or taken."""

    number: Number = Field(description="The transfer's number, as shown on its receipt")
    user_id: Id
    coins: int
    balance: int = Field(description="The member's balance afterwards")


class ReversalRequest(Body):
    """The transfer to reverse."""

    number: IdIn = Field(description="The transfer's number", examples=["48213"])
    reason: str = Field("", max_length=400, description="Recorded in the ledger", examples=["Paid to the wrong person"])


class AccountChange(Reply):
    """The effect of a plan on one account."""

    kind: AccountKind
    user_id: Id | None
    before: int
    amount: int = Field(examples=[-250])


class ReversalPlan(Reply):
    """The effects of a reversal; valid for 15 minutes, for the caller who requested it."""

    id: Number
    number: Number = Field(description="The transfer's number")
    coins: int = Field(description="Coins that are returned")
    spent: int = Field(description="Coins that can't be returned because they are already spent")
    keeps_items: bool = Field(description="Whether the buyer keeps the purchased items")
    changes: list[AccountChange]


class Confirmation(Body):
    """The plan to apply."""

    plan_id: IdIn = Field(examples=["17"])


class Reversal(Reply):
    """A transfer that reversed another."""

    number: Number
    reverses: Number
    coins: int


async def _receiver(call: Call, body: Grant) -> Person:
    return await live_members.find(call.guild_id, body.user_id)


@endpoint(
    Operation(
        "Give coins to a member",
        tag="economy",
        body=Grant,
        reply=CorrectionReceipt,
        status=201,
        errors=(409,),
        asks=_receiver,
    )
)
async def grant(call: Call, body: Grant, asked: Person) -> CorrectionReceipt:
    """Newly minted, even if the wallet is frozen; only members of the server can receive coins."""
    made = await corrections.grant(call.guild_id, call.actor, asked, body.coins, body.reason, key=call.key)
    return _correction(body.user_id, made)


async def _loser(call: Call, body: Take) -> None:
    await live_members.check_here(call.guild_id, body.user_id)


@endpoint(
    Operation(
        "Take coins from a member",
        tag="economy",
        body=Take,
        reply=CorrectionReceipt,
        status=201,
        errors=(404, 409),
        asks=_loser,
    )
)
async def take(call: Call, body: Take) -> CorrectionReceipt:
    """Burned, even if the wallet is frozen or its owner has left."""
    amount = _SHARES[body.coins] if isinstance(body.coins, str) else Amount(body.coins)
    made = await corrections.take(call.guild_id, call.actor, body.user_id, amount, body.reason, key=call.key)
    return _correction(body.user_id, made)


@endpoint(
    Operation(
        "Plan a reversal",
        tag="economy",
        body=ReversalRequest,
        reply=ReversalPlan,
        status=201,
        errors=(404, 409),
        description="Shows which coins would be returned and which are already spent. Nothing moves yet.",
    )
)
async def plan(call: Call, body: ReversalRequest) -> ReversalPlan:
    """Which coins would be returned and which are already spent; nothing moves yet."""
    return _plan(await reversals.plan(call.guild_id, call.actor, body.number, body.reason))


@endpoint(Operation("Reverse a transfer", tag="economy", body=Confirmation, reply=Reversal, status=201, errors=(409,)))
async def reverse(call: Call, body: Confirmation) -> Reversal:
    """Exactly as planned, or not at all if coins were spent or the transfer was reversed since."""
    made = await reversals.confirm(call.guild_id, call.actor, body.plan_id, key=call.key)
    return Reversal(number=made.number, reverses=made.reverses, coins=made.coins)


def _correction(user_id: int, made: Correction) -> CorrectionReceipt:
    return CorrectionReceipt(number=made.number, user_id=user_id, coins=made.coins, balance=made.balance)


def _plan(found: Plan) -> ReversalPlan:
    return ReversalPlan(
        id=found.id,
        number=found.number,
        coins=found.coins,
        spent=found.missing,
        keeps_items=found.keeps_goods,
        changes=[_change(change) for change in found.changes],
    )


def _change(change: Change) -> AccountChange:
    kind, user_id = (
        (change.party, None) if isinstance(change.party, AccountKind) else (AccountKind.WALLET, change.party)
    )
    return AccountChange(kind=kind, user_id=user_id, before=change.before, amount=change.amount)
