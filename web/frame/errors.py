"""Every error as an answer: a problem document for programs, a page for people."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import BaseORMException

from locales import SOURCE, render
from services.errors import UserError
from services.transactions import LOST
from web import rendering
from web.frame.problems import Refused, problem

log = structlog.get_logger(__name__)

DATABASE_FAULTS = (BaseORMException, *LOST)
RETRY_AFTER = "5"  # seconds

_SAID = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address exists, but not for this method; the header Allow names those it has.",
}


def shown(request: Request, error: Exception) -> Response:
    """The answer to whoever met this error; what is not theirs to mend is logged whole."""
    refused = refusal(error)
    if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        unknown = refused.status == HTTPStatus.INTERNAL_SERVER_ERROR
        log.error("request failed", error=repr(error)[:500], exc_info=error if unknown else None)
    request_id = request.state.request_id
    if request.url.path.startswith("/api/"):
        response = problem(refused, request_id)
        response.headers.update(getattr(request.state, "counted", {}))
        return response
    detail = error.text if isinstance(error, UserError) else refused.detail
    page = rendering.render(
        request,
        "error.html",
        status_code=refused.status,
        status=int(refused.status),
        detail=detail,
        request_id=request_id,
    )
    page.headers.update(refused.headers)
    return page


def refusal(error: Exception) -> Refused:
    """Any error as what is told about it."""
    match error:
        case Refused():
            return error
        case UserError():
            return Refused(error.status, render(error.text, SOURCE))
        case HTTPException():
            status = HTTPStatus(error.status_code)
            return Refused(status, _SAID.get(status, error.detail), headers=error.headers)
        case _ if isinstance(error, DATABASE_FAULTS):
            said = "The records can't be reached right now. Try again in a minute; nothing is ever done twice."
            return Refused(HTTPStatus.SERVICE_UNAVAILABLE, said, headers={"Retry-After": RETRY_AFTER})
    return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side, and it was noted.")
