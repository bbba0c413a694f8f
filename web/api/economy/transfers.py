"""Transfers: a server's, a member's ledger, and single transfers with their postings."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from models import AccountKind
from services.core import areas
from services.economy import statements, transfers
from services.economy.statements import BEGINNING, END, NEWEST, Line, TransferDetails
from services.economy.transfers import Summary
from services.identity.authority import Role
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Id, Moment, Number, OneOf, Page, Reply

_AFTER = "^[1-9][0-9]{0,17}$"
Kind = Annotated[str, OneOf(lambda: ("all", *areas.transfer_groups()))]


class TransferPage(Page):
    """A page of transfers."""

    after: str | None = Field(None, pattern=_AFTER, description="`next` of the previous page")
    kind: Kind = Field("all", description="Only transfers of this type")
    since: AwareDatetime = Field(
        BEGINNING, description="Only transfers at or after this time", examples=["2026-01-01T00:00:00Z"]
    )
    until: AwareDatetime = Field(END, description="Only transfers before this time", examples=["2026-02-01T00:00:00Z"])


class LedgerPage(Page):
    """A page of a member's ledger."""

    after: str | None = Field(None, pattern=_AFTER, description="`next` of the previous page")
    kind: Kind = Field("all", description="Only transfers of this type")
    since: AwareDatetime = Field(
        BEGINNING, description="Only transfers at or after this time", examples=["2026-01-01T00:00:00Z"]
    )


class Transfer(Reply):
    """One transfer; its number is shown on the receipt."""

    number: Number
    kind: str = Field(examples=["pay"])
    at: Moment
    actor_id: Id | None = Field(description="Who made it; null for the server")
    coins: int = Field(description="Coins moved", examples=[250])
    reason: str
    reverses: Number | None = Field(description="The transfer this one reverses")
    reversed_by: Number | None


class Transfers(Reply):
    """A page of transfers, newest first."""

    transfers: list[Transfer]
    next: str | None = Field(description="Pass it as `after` for older entries; null on the last page")


class LedgerEntry(Reply):
    """The effect of one transfer on a member's wallet."""

    number: Number
    kind: str = Field(examples=["pay"])
    at: Moment
    amount: int = Field(description="Negative for outgoing coins", examples=[-250])
    balance: int = Field(description="Balance afterwards")
    actor_id: Id | None
    other_id: Id | None = Field(description="The member on the other side, if there is one")
    reason: str
    reverses: Number | None
    reversed_by: Number | None


class Ledger(Reply):
    """A page of a member's ledger, newest first."""

    entries: list[LedgerEntry]
    next: str | None = Field(description="Pass it as `after` for older entries; null on the last page")


class Posting(Reply):
    """One account's share of a transfer."""

    kind: AccountKind
    user_id: Id | None = Field(description="The wallet's owner; null for the server's own accounts")
    amount: int
    balance: int | None = Field(description="Balance afterwards; null if you may not know")


class Receipt(Reply):
    """A transfer with its postings."""

    number: Number
    kind: str
    at: Moment
    actor_id: Id | None
    reason: str
    postings: list[Posting] = Field(description="Their amounts sum to zero")
    reverses: Number | None
    reversed_by: Number | None


@endpoint(Operation("List transfers", tag="economy", query=TransferPage, reply=Transfers))
async def index(call: Call, query: TransferPage) -> Transfers:
    """All coin transfers, newest first."""
    found = await transfers.listed(
        call.guild_id,
        kind=query.kind,
        since=_moment(query.since),
        until=_moment(query.until),
        before=int(query.after) if query.after else NEWEST,
        limit=query.limit + 1,
    )
    shown = found[: query.limit]
    return Transfers(
        transfers=[_transfer(one) for one in shown], next=str(shown[-1].number) if len(found) > query.limit else None
    )


@endpoint(Operation("Get a member's ledger", tag="economy", query=LedgerPage, reply=Ledger, errors=(403,)))
async def of_member(call: Call, query: LedgerPage, user_id: int) -> Ledger:
    """For the member and admins."""
    statements.check_reader(call.caller.user_id, user_id, reads_all=call.role >= Role.ADMIN)
    page = await statements.page(
        call.guild_id,
        user_id,
        kind=query.kind,
        since=_moment(query.since),
        before=int(query.after) if query.after else NEWEST,
        size=query.limit,
    )
    return Ledger(
        entries=[_entry(line) for line in page.lines],
        next=str(page.lines[-1].place) if page.older and page.lines else None,
    )


@endpoint(Operation("Get a transfer", tag="economy", reply=Receipt))
async def show(call: Call, transfer: int) -> Receipt:
    """One transfer with its postings, for its parties and admins."""
    all_of_it = call.role >= Role.ADMIN
    full = await statements.receipt(call.guild_id, transfer, call.caller.user_id, reads_all=all_of_it)
    return _receipt(full, None if all_of_it else call.caller.user_id)


def _moment(given: datetime) -> datetime:
    """Bring a time that no column can hold into range."""
    return min(max(given, BEGINNING), END)


def _transfer(found: Summary) -> Transfer:
    return Transfer(
        number=found.number,
        kind=found.kind,
        at=found.at,
        actor_id=found.actor_id or None,
        coins=found.coins,
        reason=found.reason,
        reverses=found.reverses,
        reversed_by=found.reversed_by,
    )


def _entry(line: Line) -> LedgerEntry:
    return LedgerEntry(
        number=line.number,
        kind=line.kind,
        at=line.at,
        amount=line.amount,
        balance=line.balance,
        actor_id=line.actor_id or None,
        other_id=line.other_id or None,
        reason=line.reason,
        reverses=line.reverses,
        reversed_by=line.reversed_by,
    )


def _receipt(full: TransferDetails, reader_id: int | None) -> Receipt:
    return Receipt(
        number=full.number,
        kind=full.kind,
        at=full.at,
        actor_id=full.actor_id or None,
        reason=full.reason,
        postings=[
            Posting(
                kind=leg.kind,
                user_id=leg.user_id or None,
                amount=leg.amount,
                balance=leg.balance if reader_id in (None, leg.user_id) else None,
            )
            for leg in full.legs
        ],
        reverses=full.reverses,
        reversed_by=full.reversed_by,
    )
