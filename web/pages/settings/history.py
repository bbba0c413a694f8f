"""/servers/{id}/settings/history: who changed what and when, and reverting it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from locales import Text, t
from services import directory, settings
from services.settings import ChangeSet, history, sentences
from web.frame.forms import Form, read_form
from web.frame.page import Visit, page, to
from web.rendering import show as shown

SIZE = 20  # changes per page

_DONE: Mapping[str, Text] = {
    "applied": t("Changes applied."),
    "reverted": t("Reverted. This is the change that did it."),
}


class RevertForm(Form):
    """Whether to revert the rest if part of it was changed again."""

    partial: bool = False


@page
async def index(visit: Visit) -> Response:
    """All changes, newest first."""
    before = visit.number("before")
    found = await history.page(visit.guild_id, before=before, limit=SIZE)
    return shown(
        visit,
        "settings/history.html",
        found=found,
        first=before is None,
        told={
            change_set.number: [sentences.changed(key, both) for key, both in change_set.changes.items()]
            for change_set in found.change_sets
        },
        sources=sentences.SOURCES,
        faces=await directory.people_of(change_set.actor_id for change_set in found.change_sets),
        names=(await directory.places(visit.guild_id)).names,
    )


@page
async def show(visit: Visit) -> Response:
    """One change, with the old and new value of each setting."""
    found = await history.find(visit.guild_id, visit.path("number"))
    return await _one(visit, found, ())


@page
async def revert(visit: Visit) -> Response:
    """Revert a change, even if others came later; settings changed again since are shown for the admin to decide."""
    number = visit.path("number")
    filled = await read_form(visit, RevertForm)
    partial = bool(filled.form and filled.form.partial)
    try:
        made = await settings.revert(
            visit.guild_id, visit.user_id, number, partial=partial, request_id=visit.request_id
        )
    except settings.Conflict as conflict:
        found = await history.find(visit.guild_id, number)
        return await _one(visit, found, conflict.clashes, status_code=HTTPStatus.CONFLICT)
    place = f"/servers/{visit.guild_id}/settings/history"
    return to(visit, f"{place}/{made.number}?done=reverted" if made else f"{place}/{number}")


async def _one(
    visit: Visit, found: ChangeSet, clashes: tuple[settings.Clash, ...], *, status_code: int = HTTPStatus.OK
) -> Response:
    now = await settings.now(visit.guild_id)
    faces = await directory.people_of([found.actor_id, *(clash.actor_id for clash in clashes)])
    return shown(
        visit,
        "settings/change.html",
        status_code=status_code,
        change=found,
        told=[sentences.changed(key, both) for key, both in found.changes.items()],
        clashes=[
            (sentences.changed(clash.key, settings.ValueChange(clash.was, clash.now)), clash) for clash in clashes
        ],
        # Some of its changes still apply, so there is something to revert.
        undoable=any(now.values.get(key) == both.after != both.before for key, both in found.changes.items()),
        sources=sentences.SOURCES,
        faces=faces,
        names=(await directory.places(visit.guild_id)).names,
        done=_DONE.get(visit.query("done")),
    )
