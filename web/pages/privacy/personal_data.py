"""/privacy: what is stored about people and why; with a sign-in, an export and deletion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Literal

from starlette.responses import Response

from locales import Text, t
from services.core import areas
from services.core.tags import Table
from services.privacy import erasure, exports
from web.frame import access
from web.frame.forms import Form, read_form
from web.frame.page import Visit, page, to
from web.rendering import show as shown

_DONE: Mapping[str, Text] = {
    "asked": t("Your data will be deleted in one day. Until then you can cancel here."),
    "kept": t("Deletion canceled. Nothing was deleted."),
}


class ConfirmErasureForm(Form):
    """The confirmation word."""

    confirm: Literal["DELETE"]


@page
async def show(visit: Visit) -> Response:
    """The full register, from the same tags that drive export and deletion; public."""
    tables = areas.tables().values()
    about_people = [table for table in tables if any(column.personal for column in table.columns.values())]
    known = visit.caller_or_none
    return shown(
        visit,
        "privacy/show.html",
        people=_by_basis(about_people),
        counts=[table for table in tables if table not in about_people],
        copy=await exports.newest(known.user_id) if known else None,
        wish=await erasure.pending(known.user_id) if known else None,
        recent=known is not None and access.recent(known.signed_in_at),
        done=_DONE.get(visit.query("done")),
    )


def _by_basis(tables: Sequence[Table]) -> Sequence[tuple[Text, Sequence[Table]]]:
    """Tables grouped by the reason for storing them."""
    reasons = {table.basis.source: table.basis for table in tables}
    return [(basis, [table for table in tables if table.basis == basis]) for basis in reasons.values()]


@page
async def export(visit: Visit) -> Response:
    """Request an export; while one exists, that one is shown."""
    copy = await exports.request(visit.user_id, request_id=visit.request_id)
    return to(visit, f"/exports/{copy.id}")


@page
async def sure(visit: Visit) -> Response:
    """What is deleted and what remains, before confirming."""
    return shown(visit, "privacy/erase_confirm.html", error=None)


@page
async def erase(visit: Visit) -> Response:
    """Request the deletion, which happens after a day."""
    filled = await read_form(visit, ConfirmErasureForm)
    if filled.form is None:
        error = t("Type DELETE to confirm.")
        return shown(visit, "privacy/erase_confirm.html", error=error, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
    await erasure.request(visit.user_id, request_id=visit.request_id)
    return to(visit, "/privacy?done=asked")


@page
async def keep(visit: Visit) -> Response:
    """Cancel the deletion."""
    await erasure.cancel(visit.user_id, request_id=visit.request_id)
    return to(visit, "/privacy?done=kept")
