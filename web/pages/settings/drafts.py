"""/servers/{id}/settings/draft: changes collected across pages, applied together or discarded."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from locales import Text
from services import directory, settings
from services.settings import drafts, sentences
from web.frame.forms import FIELDS, single
from web.frame.page import Visit, page, to
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """Every change in the draft, and its clashes."""
    return await _review(visit)


@page
async def apply(visit: Visit) -> Response:
    """Apply the draft as one change; a repeat finds nothing left to do."""
    try:
        made = await drafts.apply(visit.guild_id, visit.user_id, request_id=visit.request_id)
    except drafts.DraftOvertaken:
        return await _review(visit, status_code=HTTPStatus.CONFLICT)
    except settings.BadSetting as refused:
        return await _review(visit, error=refused.text, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
    place = f"/servers/{visit.guild_id}/settings/history"
    return to(visit, f"{place}/{made.number}?done=applied" if made else place)


@page
async def settle(visit: Visit) -> Response:
    """Resolve clashes: choose whose value stays in the draft."""
    async with visit.request.form(max_files=0, max_fields=FIELDS) as form:
        mine = frozenset(str(key) for key in form.getlist("mine"))
        version = single(form, "version")
    seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else 0
    await drafts.settle(visit.guild_id, visit.user_id, mine, seen)
    return to(visit, f"/servers/{visit.guild_id}/settings/draft")


@page
async def drop(visit: Visit) -> Response:
    """Discard the draft."""
    await drafts.drop(visit.guild_id, visit.user_id)
    return to(visit, f"/servers/{visit.guild_id}/settings")


async def _review(visit: Visit, *, error: Text | None = None, status_code: int = HTTPStatus.OK) -> Response:
    draft = await drafts.of(visit.guild_id, visit.user_id)
    now, places = await settings.now(visit.guild_id), await directory.places(visit.guild_id)
    clashes = draft.clashes if draft else {}
    faces = await directory.people_of(clash.actor_id for clash in clashes.values())
    theirs = {
        key: (sentences.changed(key, one.changes[key]), one, faces.get(one.actor_id)) for key, one in clashes.items()
    }
    return shown(
        visit,
        "settings/draft.html",
        status_code=status_code,
        changes=[sentences.changed(key, both) for key, both in draft.changes.items()] if draft else [],
        theirs=theirs,
        error=error,
        version=now.version,
        names=places.names,
    )
