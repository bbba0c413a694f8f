"""/servers/{id}/transfers: transfers of a server or a member, and receipts in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from locales import Text, t
from models import AccountKind
from services import directory
from services.core import areas
from services.core.errors import UserError
from services.economy import rules, sentences, statements, transfers
from services.economy.statements import BEGINNING, END, NEWEST
from services.identity.authority import Role
from web.frame.forms import EMPTY, SubmittedForm
from web.frame.page import Visit, page
from web.rendering import show as shown

SIZE = 50  # transfers per page

_DONE: Mapping[str, Text] = {
    "granted": t("Coins given. This is the receipt."),
    "taken": t("Coins taken. This is the receipt."),
    "reversed": t("Reversed. This is the receipt of the reversal."),
}


@dataclass(frozen=True, slots=True)
class TransferFilter:
    """A filter on transfers; `until` is the last day (UTC)."""

    kind: str
    since: date | None
    until: date | None
    before: int

    @property
    def begin(self) -> datetime:
        return max(_midnight(self.since), BEGINNING) if self.since else BEGINNING

    @property
    def end(self) -> datetime:
        return min(_midnight(self.until) + timedelta(days=1), END) if self.until and self.until < END.date() else END

    def at(self, place: str, **other: str | int) -> str:
        """The address of this list from its start, or with something changed."""
        wanted = {"kind": self.kind, "since": self.since or "", "until": self.until or "", **other}
        return f"{place}?{urlencode({name: value for name, value in wanted.items() if value})}"


@page
async def index(visit: Visit) -> Response:
    """All transfers of a server, newest first."""
    wish = _wish(visit)
    found = await transfers.listed(
        visit.guild_id, kind=wish.kind, since=wish.begin, until=wish.end, before=wish.before, limit=SIZE + 1
    )
    listed = found[:SIZE]
    place = f"/servers/{visit.guild_id}/transfers"
    return shown(
        visit,
        "economy/transfers.html",
        transfers=listed,
        wish=wish,
        filters=_filters(wish, place),
        older=wish.at(place, before=listed[-1].number) if len(found) > SIZE else None,
        first=wish.at(place) if wish.before != NEWEST else None,
        titles={one.number: sentences.title(one.kind) for one in listed},
        faces=await directory.people_of(transfers.people(listed)),
        symbol=(await rules.of(visit.guild_id)).symbol,
    )


@page
async def of_member(visit: Visit) -> Response:
    """One member's ledger with the balance after each line."""
    user_id, wish = visit.path("user_id"), _wish(visit)
    statements.check_reader(visit.user_id, user_id, reads_all=visit.role >= Role.ADMIN)
    found = await statements.page(
        visit.guild_id, user_id, kind=wish.kind, since=wish.begin, before=wish.before, size=SIZE
    )
    place = f"/servers/{visit.guild_id}/members/{user_id}/ledger"
    people = [user_id, *(other for line in found.lines for other in (line.actor_id, line.other_id or 0))]
    faces = await directory.people_of(people)
    return shown(
        visit,
        "economy/ledger.html",
        user_id=user_id,
        lines=found.lines,
        wish=wish,
        filters=_filters(wish, place),
        older=wish.at(place, before=found.lines[-1].place) if found.older and found.lines else None,
        first=wish.at(place) if wish.before != NEWEST else None,
        said_of={line.number: sentences.sentence(line) for line in found.lines},
        faces=faces,
        names={face.user_id: face.name for face in faces.values()},
        symbol=(await rules.of(visit.guild_id)).symbol,
    )


@page
async def show(visit: Visit) -> Response:
    """A receipt, for its parties and for admins."""
    return await receipt(visit, visit.path("number"))


async def receipt(
    visit: Visit,
    number: int,
    *,
    filled: SubmittedForm[Any] = EMPTY,
    refused: UserError | None = None,
) -> Response:
    """One receipt's page, with the error of a refused reversal form, if any."""
    reads_all = visit.role >= Role.ADMIN
    full = await statements.receipt(visit.guild_id, number, visit.user_id, reads_all=reads_all)
    people = [full.actor_id, *(leg.user_id for leg in full.legs)]
    return shown(
        visit,
        "economy/transfer.html",
        status_code=filled.status(refused),
        receipt=full,
        title=sentences.title(full.kind),
        actor=sentences.account(AccountKind.WALLET, full.actor_id),
        asked=sentences.asked(full.request) if full.request else None,
        accounts=[(leg, sentences.account(leg.kind, leg.user_id)) for leg in full.legs],
        balances={leg.user_id for leg in full.legs if reads_all or leg.user_id == visit.user_id},
        faces=await directory.people_of(people),
        symbol=(await rules.of(visit.guild_id)).symbol,
        filled=filled,
        error=refused.text if refused else None,
        done=_DONE.get(visit.query("done")),
    )


def _filters(wish: TransferFilter, place: str) -> list[tuple[str, Text, bool]]:
    filters = {"all": t("All")} | {name: group.label for name, group in areas.transfer_groups().items()}
    return [(wish.at(place, kind=one), words, one == wish.kind) for one, words in filters.items()]


def _wish(visit: Visit) -> TransferFilter:
    """The filter in the address; invalid values are ignored."""
    kind, before = visit.query("kind"), visit.number("before")
    return TransferFilter(
        kind if kind in areas.transfer_groups() else "all",
        _day(visit.query("since")),
        _day(visit.query("until")),
        NEWEST if before is None else before,
    )


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
