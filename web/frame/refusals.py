"""Security-relevant refusals in the audit log, bounded because a refused client can retry endlessly."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from starlette.requests import Request

from services.core import audit
from services.core.rate_limits import Allowance
from services.core.transactions import LOST
from web.frame.access import Caller
from web.frame.problems import Refused
from web.frame.rate_limits import MINUTE, Allowances

log = structlog.get_logger(__name__)

ONCE = Allowance(1, MINUTE)  # per caller and operation
STRANGERS = Allowance(60, MINUTE)  # for all anonymous clients together, because addresses are cheap


async def note(request: Request, caller: Caller, operation: str, guild_id: int | None, refused: Refused) -> None:
    """Record an attempted change without permission; outsiders can't write to a server's log."""
    allowances: Allowances = request.state.allowances
    if not await allowances.may(ONCE, "refused", caller.id, operation):
        return
    theirs = guild_id is not None and refused.status is HTTPStatus.FORBIDDEN
    details = {"operation": operation, "status": int(refused.status)}
    place = guild_id if theirs and guild_id else 0
    await _record(place, caller.user_id, "request.refused", str(guild_id or ""), details, request.state.request_id)


async def note_foreign(allowances: Allowances, address: str, method: str, request_id: str) -> None:
    """Record a cross-site request."""
    if await allowances.may(ONCE, "foreign", address) and await allowances.may(STRANGERS, "foreign"):
        await _record(0, 0, "request.foreign", "", {"method": method[:10]}, request_id)


async def _record(
    guild_id: int, actor_id: int, action: str, target: str, details: dict[str, object], request_id: str
) -> None:
    try:
        await audit.record(guild_id, actor_id, action, target, details, request_id)
    except LOST as error:  # it stays refused whether recorded or not
        log.warning("a refusal could not be noted", action=action, error=type(error).__name__)
