"""What moved coins: all of a server's transfers, one member's, and single ones with their legs."""

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
    """Which part of the transfers."""

    after: str | None = Field(None, pattern=_AFTER, description="`next` of the page before")
    kind: Kind = Field("all", description="Only transfers of this kind")
    since: AwareDatetime = Field(BEGINNING, description="Only those from then on", examples=["2026-01-01T00:00:00Z"])
    until: AwareDatetime = Field(END, description="Only those before", examples=["2026-02-01T00:00:00Z"])


class LinePage(Page):
    """Which part of a member's lines."""

    after: str | None = Field(None, pattern=_AFTER, description="`next` of the page before")
    kind: Kind = Field("all", description="Only movements of this kind")
    since: AwareDatetime = Field(BEGINNING, description="Only those from then on", examples=["2026-01-01T00:00:00Z"])


class Transfer(Reply):
    """One transfer; its number stands on the receipt."""

    number: Number
    kind: str = Field(examples=["pay"])
    at: Moment
    actor_id: Id | None = Field(description="Who caused it; null for the house")
    coins: int = Field(description="How many moved", examples=[250])
    reason: str
    reverses: Number | None = Field(description="The transfer that this one undoes")
    reversed_by: Number | None


class Transfers(Reply):
    """A page of transfers, newest first."""

    transfers: list[Transfer]
    next: str | None = Field(description="Give it as `after` for what is older; null at the end")


class AccountLine(Reply):
    """What one transfer did to a member's wallet."""

    number: Number
    kind: str = Field(examples=["pay"])
    at: Moment
    amount: int = Field(description="Below zero for what left", examples=[-250])
    balance: int = Field(description="What they had then")
    actor_id: Id | None
    other_id: Id | None = Field(description="The member on the other side, if there is one")
    reason: str
    reverses: Number | None
    reversed_by: Number | None


class AccountLines(Reply):
    """A page of a member's lines, newest first."""

    lines: list[AccountLine]
    next: str | None = Field(description="Give it as `after` for what is older; null at the end")


class Leg(Reply):
    """What one account gained or lost."""

    kind: AccountKind
    user_id: Id | None = Field(description="Whose wallet; null for the server's own accounts")
    amount: int
    balance: int | None = Field(description="What it held then; null where that is not yours to know")


class Receipt(Reply):
    """A transfer in full."""

    number: Number
    kind: str
    at: Moment
    actor_id: Id | None
    reason: str
    legs: list[Leg] = Field(description="They sum to zero")
    reverses: Number | None
    reversed_by: Number | None


@endpoint(Operation("Read a server's transfers", tag="economy", query=TransferPage, reply=Transfers))
async def index(call: Call, query: TransferPage) -> Transfers:
    """Everything that moved coins, newest first."""
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


@endpoint(
    Operation("Read what moved a member's coins", tag="economy", query=LinePage, reply=AccountLines, errors=(403,))
)
async def of_member(call: Call, query: LinePage, user_id: int) -> AccountLines:
    """A member's lines, for themselves and admins."""
    statements.check_reader(call.caller.user_id, user_id, reads_all=call.role >= Role.ADMIN)
    page = await statements.page(
        call.guild_id,
        user_id,
        kind=query.kind,
        since=_moment(query.since),
        before=int(query.after) if query.after else NEWEST,
        size=query.limit,
    )
    return AccountLines(
        lines=[_line(one) for one in page.lines], next=str(page.lines[-1].place) if page.older and page.lines else None
    )


@endpoint(Operation("Read a transfer", tag="economy", reply=Receipt))
async def show(call: Call, transfer: int) -> Receipt:
    """One transfer with its legs, for those whom it concerns and admins."""
    all_of_it = call.role >= Role.ADMIN
    full = await statements.receipt(call.guild_id, transfer, call.caller.user_id, reads_all=all_of_it)
    return _receipt(full, None if all_of_it else call.caller.user_id)


def _moment(given: datetime) -> datetime:
    """What no column holds is before the first coin, or after the last."""
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


def _line(line: Line) -> AccountLine:
    return AccountLine(
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
        legs=[
            Leg(
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
