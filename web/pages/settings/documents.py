"""/servers/{id}/settings/document: all settings as a document to save, compare and import."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

from starlette.datastructures import FormData
from starlette.responses import Response

from locales import Text
from services import directory
from services.core.errors import UserError
from services.settings import documents, sentences
from services.settings.documents import Mapped, Plan, UnmappedIds
from services.settings.modules import SETTINGS
from web.frame.forms import FIELDS, single
from web.frame.page import Visit, page, to
from web.rendering import show as shown

_ID = re.compile(r"map-([1-9][0-9]{0,18})", re.ASCII)


@page
async def show(visit: Visit) -> Response:
    """The current document, and a field for another one."""
    return await _page(visit)


@page
async def download(visit: Visit) -> Response:
    """The same as a file."""
    text = documents.text(await documents.export(visit.guild_id))
    headers = {"Content-Disposition": f'attachment; filename="settings-{visit.guild_id}.yaml"'}
    return Response(text, headers=headers, media_type="application/yaml")


@page
async def plan(visit: Visit) -> Response:
    """The changes a document would make, before making any."""
    async with visit.request.form(max_files=0, max_fields=FIELDS) as form:
        given, mapped = single(form, "document"), _mapped(form)
    try:
        made = await documents.plan(visit.guild_id, documents.read(given), mapped)
    except UnmappedIds as unmapped:
        return await _page(visit, given, unmapped=unmapped.ids, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
    except UserError as refused:
        return await _page(visit, given, error=refused.text, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)
    return await _page(visit, given, made=made, mapped=mapped)


@page
async def apply(visit: Visit) -> Response:
    """Apply exactly what the plan showed, or nothing."""
    async with visit.request.form(max_files=0, max_fields=FIELDS) as form:
        given, digest, mapped = single(form, "document"), single(form, "digest"), _mapped(form)
    try:
        document = documents.read(given)
        made = await documents.apply(
            visit.guild_id, visit.user_id, document, digest, mapped, request_id=visit.request_id
        )
    except UserError as refused:
        return await _page(visit, given, error=refused.text, status_code=refused.status)
    place = f"/servers/{visit.guild_id}/settings/history"
    return to(visit, f"{place}/{made.number}?done=applied" if made else place)


def _mapped(form: FormData) -> dict[int, int | None]:
    """The form's mapping of the other server's ids to ours."""
    found: dict[int, int | None] = {}
    for name in form:
        value = single(form, name)
        if (other := _ID.fullmatch(name)) and (value == "none" or value.isdecimal()):
            found[int(other[1])] = None if value == "none" else int(value[:19])
    return found


async def _page(
    visit: Visit,
    given: str = "",
    *,
    made: Plan | None = None,
    mapped: Mapped | None = None,
    unmapped: Mapping[int, str] | None = None,
    error: Text | None = None,
    status_code: int = HTTPStatus.OK,
) -> Response:
    places = await directory.places(visit.guild_id)
    wanted: Sequence[tuple[int, str]] = list((unmapped or {}).items())
    return shown(
        visit,
        "settings/document.html",
        status_code=status_code,
        document=documents.text(await documents.export(visit.guild_id)),
        given=given,
        plan=made,
        changes=[sentences.changed(key, both) for key, both in made.changes.items()] if made else [],
        mapped=mapped or {},
        unmapped=[(other, SETTINGS[key].kind) for other, key in wanted],
        places=places,
        error=error,
        names=places.names,
    )
