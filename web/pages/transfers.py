"""/servers/{id}/transfers: what moved coins, for a whole server, for one member, and each receipt in full."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from locales import Text, t
from services import directory, economy_settings, sentences, statements
from services.authority import Role
from services.errors import Forbidden
from services.statements import KINDS, NEWEST
from web.frame.forms import EMPTY, Filled
from web.frame.page import Visit, page
from web.pages.members import reads_ledger
from web.rendering import show as shown

SIZE = 50  # transfers on a page

_FILTERS: Mapping[str, Text] = {
    "all": t("Everything"),
    "earned": t("Earned"),
    "payments": t("Payments"),
    "shop": t("Shop"),
    "games": t("Games"),
    "admins": t("By admins"),
}
_DONE: Mapping[str, Text] = {
    "granted": t("Given. This is the receipt."),
    "taken": t("Taken. This is the receipt."),
    "reversed": t("Undone. This is the receipt of the correction."),
}


@page
async def index(visit: Visit) -> Response:
    """All transfers of a server, the newest first."""
    kind, before = _kind(visit), _before(visit)
    found = await statements.transfers(visit.guild_id, kind=kind, before=before, limit=SIZE + 1)
    listed = found[:SIZE]
    place = f"/servers/{visit.guild_id}/transfers"
    return shown(
        visit,
        "transfers/index.html",
        here="transfers",
        transfers=listed,
        kind=kind,
        filters=[(f"{place}?kind={one}", words, one == kind) for one, words in _FILTERS.items()],
        older=f"{place}?{urlencode({'kind': kind, 'before': listed[-1].number})}" if len(found) > SIZE else None,
        first=f"{place}?kind={kind}" if before != NEWEST else None,
        titles={one.number: sentences.title(one.kind) for one in listed},
        faces=await directory.people_of(one.actor_id for one in listed),
        symbol=(await economy_settings.of(visit.guild_id)).symbol,
    )


@page
async def of_member(visit: Visit) -> Response:
    """One member's ledger with the balance after each line."""
    user_id, kind, before = visit.path("user_id"), _kind(visit), _before(visit)
    if not reads_ledger(visit, user_id):
        raise Forbidden(t("Only admins of this server can read somebody else's transactions."))
    found = await statements.page(visit.guild_id, user_id, kind=kind, before=before, size=SIZE)
    place = f"/servers/{visit.guild_id}/members/{user_id}/ledger"
    people = [user_id, *(other for one in found.lines for other in (one.actor_id, one.other_id or 0))]
    faces = await directory.people_of(people)
    last = found.lines[-1].place if found.lines else NEWEST
    return shown(
        visit,
        "transfers/ledger.html",
        here="members",
        user_id=user_id,
        lines=found.lines,
        filters=[(f"{place}?kind={one}", words, one == kind) for one, words in _FILTERS.items()],
        older=f"{place}?{urlencode({'kind': kind, 'before': last})}" if found.older else None,
        first=f"{place}?kind={kind}" if before != NEWEST else None,
        said_of={one.number: sentences.sentence(one) for one in found.lines},
        faces=faces,
        names={face.user_id: face.name for face in faces.values()},
        symbol=(await economy_settings.of(visit.guild_id)).symbol,
    )


@page
async def show(visit: Visit) -> Response:
    """A receipt, for whom it concerns and for admins."""
    return await receipt(visit, visit.path("number"))


async def receipt(
    visit: Visit,
    number: int,
    *,
    filled: Filled[Any] = EMPTY,
    error: Text | None = None,
    status_code: int = HTTPStatus.OK,
) -> Response:
    """The page of one receipt; with what was wrong with the wish to undo it, if anything was."""
    reads_all = visit.role >= Role.ADMIN
    full = await statements.receipt(visit.guild_id, number, visit.user_id, reads_all=reads_all)
    people = [full.actor_id, *(leg.user_id for leg in full.legs)]
    return shown(
        visit,
        "transfers/show.html",
        status_code=status_code,
        here="transfers" if reads_all else "members",
        receipt=full,
        title=sentences.title(full.kind),
        accounts=[(leg, sentences.account(leg.kind, leg.user_id)) for leg in full.legs],
        balances={leg.user_id for leg in full.legs if reads_all or leg.user_id == visit.user_id},
        faces=await directory.people_of(people),
        symbol=(await economy_settings.of(visit.guild_id)).symbol,
        filled=filled,
        error=error,
        done=_DONE.get(visit.query("done")),
    )


def _kind(visit: Visit) -> str:
    said = visit.query("kind")
    return said if said in KINDS else "all"


def _before(visit: Visit) -> int:
    said = visit.query("before")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else NEWEST
