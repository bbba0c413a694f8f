"""Account summaries: members' wallets and the server's own accounts; freezing, inventories and the ledger audit."""

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
from services.shop.inventory import OwnedItem as Owned
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.rate_limits import MINUTE, Plan
from web.frame.types import Body, Id, Number, Page, Reply

AUDITS = Plan("audit", Allowance(6, MINUTE))  # each reads every transfer there has ever been
ID = "^[1-9][0-9]{0,18}$"


class Account(Reply):
    """A member's account summary; all zero if they have never earned anything."""

    user_id: Id
    balance: int = Field(description="Coins", examples=[1250])
    symbol: str = Field(description="The server's coin symbol", examples=["🪙"])
    streak: int = Field(description="Consecutive days with /daily")
    frozen: bool | None = Field(description="Whether an admin froze the wallet; null if you may not know")
    rank: int | None = Field(description="Rank on the leaderboard; null without coins, or if unknown")
    rank_is_estimate: bool


class ServerAccount(Reply):
    """One of the server's own accounts."""

    kind: AccountKind = Field(examples=["mint"])
    balance: int = Field(description="The mint's balance is minus all coins ever minted", examples=[-125000])


class ServerAccounts(Reply):
    """All of the server's own accounts."""

    accounts: list[ServerAccount]


class Reason(Body):
    """The reason for freezing a wallet."""

    reason: str = Field("", max_length=400, description="Recorded in the audit log", examples=["Sold coins for money"])


class WrongAccount(Reply):
    """An account whose balance differs from the sum of its transfers."""

    kind: AccountKind
    user_id: Id | None
    balance: int
    total: int = Field(description="Sum of its transfers")


class LedgerAuditReport(Reply):
    """Minted = burned + in wallets + in the treasury + in escrow, and no past row has been changed."""

    consistent: bool = Field(description="Whether the ledger balances and is unaltered")
    minted: int
    burned: int
    in_wallets: int
    in_treasury: int
    in_escrow: int
    difference: int = Field(description="0 if the ledger balances")
    transfers: int
    wallets: int
    wrong_transfers: list[Number]
    wrong_accounts: list[WrongAccount]


class InventoryPage(Page):
    """A page of an inventory."""

    after: str | None = Field(None, pattern=ID, description="`next` of the previous page")


class OwnedItem(Reply):
    """An item a member owns, with its quantity."""

    item_id: Number
    name: str
    description: str
    effect: Effect
    quantity: int
    archived: bool = Field(description="Whether the shop no longer sells the item")


class Inventory(Reply):
    """A page of a member's inventory."""

    items: list[OwnedItem]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last one")


@endpoint(Operation("Get a member's account summary", tag="economy", reply=Account))
async def show(call: Call, user_id: int) -> Account:
    """Balance, streak and rank; only the member and moderators learn whether the wallet is frozen."""
    has = await earnings.account(call.guild_id, user_id)
    stands = await leaderboard.rank(call.guild_id, has.balance) if has.balance else None
    return Account(
        user_id=user_id,
        balance=has.balance,
        symbol=has.symbol,
        streak=has.streak,
        frozen=has.frozen if sees(call.role, call.caller.user_id, user_id) else None,
        rank=stands.rank if stands else None,
        rank_is_estimate=bool(stands and stands.about),
    )


@endpoint(Operation("Get the server's own accounts", tag="economy", reply=ServerAccounts))
async def server(call: Call) -> ServerAccounts:
    """Treasury, escrow, mint and sink."""
    found = await corrections.server_accounts(call.guild_id)
    return ServerAccounts(accounts=[ServerAccount(kind=kind, balance=balance) for kind, balance in found.items()])


async def _owner(call: Call, body: Reason) -> None:  # noqa: ARG001  (the owner is in the path)
    await live_members.check_here(call.guild_id, call.request.path_params["user_id"])


@endpoint(Operation("Freeze a wallet", tag="economy", body=Reason, errors=(409,), asks=_owner))
async def freeze(call: Call, body: Reason, user_id: int) -> None:
    """Only admins can move a frozen wallet's coins."""
    await corrections.freeze(call.guild_id, call.actor, user_id, body.reason)


@endpoint(Operation("Unfreeze a wallet", tag="economy", errors=(409,)))
async def unfreeze(call: Call, user_id: int) -> None:
    """Its owner can use it again."""
    await corrections.unfreeze(call.guild_id, call.actor, user_id, "")


@endpoint(
    Operation(
        "Run a ledger audit",
        tag="economy",
        reply=LedgerAuditReport,
        plan=AUDITS,
        description="Recomputes every transfer in one snapshot; takes longer the more transfers there are.",
    )
)
async def audit(call: Call) -> LedgerAuditReport:
    """Whether a coin was lost, invented or moved outside the ledger."""
    return _report(await ledger_audit.audit(call.guild_id))


@endpoint(Operation("Get a member's inventory", tag="economy", query=InventoryPage, reply=Inventory, errors=(403,)))
async def inventory_of(call: Call, query: InventoryPage, user_id: int) -> Inventory:
    """A member's inventory, for themselves and moderators."""
    if not sees(call.role, call.caller.user_id, user_id):
        raise Forbidden(t("Only this server's moderators can see other members' inventories."))
    after = int(query.after or 0)
    found = await inventory.listed(call.guild_id, user_id, after=after, limit=query.limit + 1)
    shown = found[: query.limit]
    return Inventory(items=[_owned(one) for one in shown], next=str(shown[-1].id) if len(found) > query.limit else None)


def _owned(owned: Owned) -> OwnedItem:
    return OwnedItem(
        item_id=owned.id,
        name=owned.name,
        description=owned.description,
        effect=owned.effect,
        quantity=owned.quantity,
        archived=owned.archived,
    )


def _report(found: LedgerAudit) -> LedgerAuditReport:
    return LedgerAuditReport(
        consistent=found.sound,
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
            WrongAccount(
                kind=wrong_account.kind,
                user_id=wrong_account.user_id or None,
                balance=wrong_account.balance,
                total=wrong_account.total,
            )
            for wrong_account in found.wrong_accounts
        ],
    )
