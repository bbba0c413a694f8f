"""What accounts hold: members' wallets and the server's own; stopping a wallet, and what its owner has."""

from __future__ import annotations

from pydantic import Field

from locales import t
from models import AccountKind, Effect
from services.core.errors import Forbidden
from services.core.rate_limits import Allowance
from services.economy import corrections, earnings, leaderboard, ledger_audit
from services.economy.ledger_audit import LedgerAudit
from services.identity import live_members
from services.identity.authority import sees
from services.shop import inventory
from services.shop.inventory import Owned
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.rate_limits import MINUTE, Plan
from web.frame.types import Body, Id, Number, Page, Reply

PROOFS = Plan("proof", Allowance(6, MINUTE))  # each reads every transfer that there ever was
ID = "^[1-9][0-9]{0,18}$"


class Account(Reply):
    """A member's wallet; all zero for somebody who never earned."""

    user_id: Id
    balance: int = Field(description="Coins", examples=[1250])
    symbol: str = Field(description="What coins are called here", examples=["🪙"])
    daily_streak: int = Field(description="Days in a row with daily pay")
    frozen: bool | None = Field(description="Whether an admin stopped it; null where that is not yours to know")
    place: int | None = Field(description="On the leaderboard; null without coins, or where it is not known")
    place_is_estimate: bool


class HouseAccount(Reply):
    """One of the server's own accounts."""

    kind: AccountKind = Field(examples=["mint"])
    balance: int = Field(description="The mint's is below zero by all coins that it ever made", examples=[-125000])


class HouseAccounts(Reply):
    """All accounts of the server itself."""

    accounts: list[HouseAccount]


class Reason(Body):
    """Why."""

    reason: str = Field("", max_length=400, description="Stays in the log", examples=["Sold coins for money"])


class WrongAccount(Reply):
    """An account that does not hold what its transfers say."""

    kind: AccountKind
    user_id: Id | None
    balance: int
    total: int = Field(description="What its transfers come to")


class Books(Reply):
    """The proof: minted = burned + in wallets + in the treasury + in escrow, and no row of the past was changed."""

    sound: bool
    minted: int
    burned: int
    in_wallets: int
    in_treasury: int
    in_escrow: int
    difference: int = Field(description="0 in sound books")
    transfers: int
    wallets: int
    wrong_transfers: list[Number]
    wrong_accounts: list[WrongAccount]


class ThingPage(Page):
    """Which part of somebody's things."""

    after: str | None = Field(None, pattern=ID, description="`next` of the page before")


class Thing(Reply):
    """Some of one kind of thing."""

    item_id: Number
    name: str
    description: str
    effect: Effect
    quantity: int
    archived: bool = Field(description="Whether the shop no longer sells it")


class Things(Reply):
    """A page of what a member owns."""

    things: list[Thing]
    next: str | None = Field(description="Give it as `after` for the next page; null at the end")


@endpoint(Operation("Read a member's account", tag="economy", reply=Account))
async def show(call: Call, user_id: int) -> Account:
    """What a member has; whether it is frozen is for themselves and moderators."""
    has = await earnings.standing(call.guild_id, user_id)
    stands = await leaderboard.place(call.guild_id, has.balance) if has.balance else None
    return Account(
        user_id=user_id,
        balance=has.balance,
        symbol=has.symbol,
        daily_streak=has.streak,
        frozen=has.frozen if sees(call.role, call.caller.user_id, user_id) else None,
        place=stands.place if stands else None,
        place_is_estimate=bool(stands and stands.about),
    )


@endpoint(Operation("Read the server's own accounts", tag="economy", reply=HouseAccounts))
async def house(call: Call) -> HouseAccounts:
    """Treasury, escrow, mint and sink."""
    found = await corrections.house(call.guild_id)
    return HouseAccounts(accounts=[HouseAccount(kind=kind, balance=balance) for kind, balance in found.items()])


async def _owner(call: Call, body: Reason) -> None:  # noqa: ARG001  (whose it is stands in the path)
    await live_members.check_here(call.guild_id, call.request.path_params["user_id"])


@endpoint(Operation("Freeze a wallet", tag="economy", body=Reason, errors=(409,), asks=_owner))
async def freeze(call: Call, body: Reason, user_id: int) -> None:
    """Nothing goes in or out but what admins move."""
    await corrections.freeze(call.guild_id, call.actor, user_id, body.reason)


@endpoint(Operation("Let a frozen wallet go on", tag="economy", errors=(409,)))
async def unfreeze(call: Call, user_id: int) -> None:
    """As before it was frozen."""
    await corrections.unfreeze(call.guild_id, call.actor, user_id, "")


@endpoint(
    Operation(
        "Prove the books",
        tag="economy",
        reply=Books,
        plan=PROOFS,
        description="Retraces every transfer in one snapshot, which takes time in proportion to their number.",
    )
)
async def prove(call: Call) -> Books:
    """Whether a coin was lost, invented or moved by hand."""
    return _books(await ledger_audit.prove(call.guild_id))


@endpoint(Operation("Read what a member owns", tag="economy", query=ThingPage, reply=Things, errors=(403,)))
async def things(call: Call, query: ThingPage, user_id: int) -> Things:
    """A member's inventory, for themselves and moderators."""
    if not sees(call.role, call.caller.user_id, user_id):
        raise Forbidden(t("Only this server's moderators can see other members' inventories."))
    after = int(query.after or 0)
    found = await inventory.listed(call.guild_id, user_id, after=after, limit=query.limit + 1)
    shown = found[: query.limit]
    return Things(things=[_thing(one) for one in shown], next=str(shown[-1].id) if len(found) > query.limit else None)


def _thing(owned: Owned) -> Thing:
    return Thing(
        item_id=owned.id,
        name=owned.name,
        description=owned.description,
        effect=owned.effect,
        quantity=owned.quantity,
        archived=owned.archived,
    )


def _books(found: LedgerAudit) -> Books:
    return Books(
        sound=found.sound,
        minted=found.minted,
        burned=found.burned,
        in_wallets=found.in_wallets,
        in_treasury=found.in_treasury,
        in_escrow=found.in_escrow,
        difference=found.difference,
        transfers=found.transfers,
        wallets=found.wallets,
        wrong_transfers=list(found.wrong_transfers),
        wrong_accounts=[
            WrongAccount(kind=one.kind, user_id=one.user_id or None, balance=one.balance, total=one.total)
            for one in found.wrong_accounts
        ],
    )
