"""/exports: a copy of everything about the visitor, to fetch."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services import directory, exports
from web.api.privacy import archive
from web.frame.access import recent
from web.pages.sign_in import visitor
from web.rendering import render


async def show(request: Request) -> Response:
    """Whether it is ready, and the link to it."""
    session = await visitor(request)
    if session is None:
        return _to_sign_in(request)
    copy = await exports.find(session.user_id, request.path_params["export_id"])
    person = await directory.person(session.user_id)
    return render(request, "exports/show.html", here="exports", person=person, copy=copy)


async def fetch(request: Request) -> Response:
    """The file; a sign-in that is older than ten minutes has to be made anew first (ASVS 7.5.3)."""
    session = await visitor(request)
    if session is None or not recent(session.created_at):
        return _to_sign_in(request)
    export_id = request.path_params["export_id"]
    return archive(await exports.file(session.user_id, export_id, request_id=request.state.request_id))


def _to_sign_in(request: Request) -> Response:
    return RedirectResponse(f"/login/start?next=/exports/{request.path_params['export_id']}", 303)
