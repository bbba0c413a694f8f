"""Error pages, with the visitor's menu and account if these can be loaded quickly."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

from locales import Text, t
from services import directory
from services.identity import authority
from services.identity.authority import Role
from services.settings import switches
from web import rendering
from web.frame import access, admission
from web.frame.page import Visit
from web.languages import preferred

log = structlog.get_logger(__name__)

PATIENCE = 0.8  # seconds to identify the visitor
_SERVER = re.compile(r"/servers/([1-9][0-9]{0,17})(?:/|$)", re.ASCII)

# What to do next, if the error does not say it.
_ADVICE = {
    HTTPStatus.NOT_FOUND: t("The address may be mistyped, or the page may be gone. Try starting from your servers."),
    HTTPStatus.METHOD_NOT_ALLOWED: t("Go back to the page you came from."),
    HTTPStatus.INTERNAL_SERVER_ERROR: t("Check whether it was done before you try again."),
}
_TURN_ON = t("Anyone with the Manage Server permission can turn it on.")


async def shown(request: Request, status: HTTPStatus, detail: Text | str, *, area_off: bool = False) -> Response:
    """The error page; during an outage, the visitor is not looked up."""
    if area_off:  # for readers, its pages don't exist at the moment
        status = HTTPStatus.NOT_FOUND
    visit, known = None, False
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        try:
            async with asyncio.timeout(PATIENCE):
                visit, known = await _visitor(request), True
        except Exception as error:  # whatever fails now, the page must report the original error
            log.info("an error is shown without its reader", error=type(error).__name__)
    told: dict[str, Any] = {
        "status_code": status,
        "status": int(status),
        "detail": detail,
        "advice": _TURN_ON if area_off else _ADVICE.get(status),
        "area_off": area_off,
        "request_id": request.state.request_id,
        "known": known,
    }
    if visit is None:
        return rendering.render(request, "error.html", **told)
    return rendering.show(visit, "error.html", **told)


async def _visitor(request: Request) -> Visit | None:
    """The visitor and their role in the address's server; None if not signed in."""
    caller = await access.signed_in(request, request.state.site)
    if caller is None:
        return None
    await admission.count(request, caller)
    person = await directory.person(caller.user_id)
    found = _SERVER.match(request.url.path)
    role = await authority.role(int(found[1]), caller.user_id) if found else Role.NOBODY
    guild = await directory.guild(int(found[1])) if found and role else None
    locale = (person.language if person else None) or preferred(request.headers.get("accept-language", ""))
    off = await switches.off_in(guild.id) if guild else frozenset[str]()
    return Visit(request, request.state.site, caller, person, locale, role, guild, None, off)
