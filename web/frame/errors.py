"""Errors as responses: problem documents for programs, pages for people."""

from __future__ import annotations

from http import HTTPStatus

import asyncpg
import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import BaseORMException, DBConnectionError

from locales import SOURCE, render, t
from services.core.errors import UserError
from services.core.transactions import LOST
from services.settings.switches import AreaOff
from web.frame import error_pages
from web.frame.problems import Refused, problem

log = structlog.get_logger(__name__)

DATABASE_FAULTS = (BaseORMException, *LOST)
RETRY_AFTER = "5"  # seconds

# Temporary failures: no connection, a server stopping or full, a deadlock or serialization failure.
_PASSING = (
    OSError,
    DBConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # the database accepts no connections for now
    asyncpg.IdleInTransactionSessionTimeoutError,
)
_UNREACHABLE = t(
    "The database can't be reached right now. Try again in a minute. If you were changing something, it may still go "
    "through, so check first. Sending the same form or Idempotency-Key again never does it twice."
)

_SAID = {
    HTTPStatus.NOT_FOUND: t("Nothing found at this address."),
    HTTPStatus.METHOD_NOT_ALLOWED: t("This link can't be opened directly."),
}


async def shown(request: Request, error: Exception) -> Response:
    """The response to an error; errors that are not the client's are logged in full."""
    refused = refusal(error)
    if refused.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        unknown = refused.status == HTTPStatus.INTERNAL_SERVER_ERROR
        log.error("request failed", error=repr(error)[:500], exc_info=error if unknown else None)
    request_id = request.state.request_id
    if request.url.path.startswith("/api/"):
        response = problem(refused, request_id)
        response.headers.update(getattr(request.state, "counted", {}))
        return response
    detail = error.text if isinstance(error, UserError) else refused.text
    page = await error_pages.shown(request, refused.status, detail, area_off=isinstance(error, AreaOff))
    page.headers.update(refused.headers)
    return page


def refusal(error: Exception) -> Refused:
    """The refusal for any error."""
    match error:
        case Refused():
            return error
        case UserError():
            later = {"Retry-After": RETRY_AFTER} if error.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
            return Refused(error.status, render(error.text, SOURCE), headers=later, code=error.code)
        case HTTPException():
            status = HTTPStatus(error.status_code)
            return Refused(status, _SAID.get(status, error.detail), headers=error.headers)
        case _ if away(error):
            return unreachable()
    return Refused(HTTPStatus.INTERNAL_SERVER_ERROR, t("Something went wrong on our side. The error has been logged."))


def unreachable() -> Refused:
    """The refusal while the database is away."""
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, _UNREACHABLE, headers={"Retry-After": RETRY_AFTER})


def away(error: Exception) -> bool:
    """Whether the database is unavailable, as opposed to a bug in how we use it."""
    # Tortoise wraps the driver's errors in its own; values of the wrong type are ValueErrors.
    found = [one for one in (error, error.__cause__) if isinstance(one, _PASSING)]
    return bool(found) and not any(isinstance(one, ValueError) for one in found)
