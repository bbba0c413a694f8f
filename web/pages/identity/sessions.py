"""/sessions: the visitor's signed-in browsers, and signing out of them."""

from __future__ import annotations

from starlette.responses import Response

from services.identity import sessions
from web.frame.page import Visit, page, to
from web.rendering import show as shown


@page
async def index(visit: Visit) -> Response:
    """The visitor's signed-in browsers."""
    return shown(
        visit, "identity/sessions.html", sessions=await sessions.of(visit.user_id), here_id=visit.caller.proof_id
    )


@page
async def end(visit: Visit) -> Response:
    """Sign out of one browser, or of all others."""
    async with visit.request.form(max_files=0, max_fields=1) as form:
        which = str(form.get("session", ""))
    if which == "others":
        await sessions.end_all(visit.user_id, keep=visit.caller.proof_id, request_id=visit.request_id)
    elif which.isascii() and which.isdecimal() and len(which) < 19:
        await sessions.end(visit.user_id, int(which), request_id=visit.request_id)
    return to(visit, "/sessions")
