"""Middleware of every page and operation: request id, checks, and response headers."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Receive, Scope, Send

from locales import t
from services.health import visitors
from web.frame import body, errors, refusals
from web.frame.client_address import address_of, unheeded
from web.frame.encodings import suffixed, unsuffixed
from web.frame.headers import secured
from web.frame.origins import foreign
from web.frame.problems import Refused
from web.frame.rate_limits import Allowances
from web.frame.response_cache import Kept, Recent
from web.frame.time_limit import Answering
from web.site import Site

log = structlog.get_logger(__name__)

VISITOR = (b"user-agent", b"accept-language", b"cookie")  # distinguishes clients without an address
GONE = 499  # for clients that left before sending everything (nginx: Client Closed Request)

Observe = Callable[[str, str, int, float], None]  # method, route, status, seconds


class AppMiddleware:
    """The middleware around `app`; pure ASGI, because every layer costs time."""

    def __init__(self, app: ASGIApp, site: Site, allowances: Allowances, observe: Observe) -> None:
        self._app, self._site, self._allowances, self._observe = app, site, allowances, observe
        self._recent = Recent()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        request_id = f"{random.getrandbits(64):016x}"  # identifies requests, not a secret
        structlog.contextvars.bind_contextvars(request_id=request_id)
        compressed = unsuffixed(scope)
        headers = dict(scope["headers"])
        address = address_of(scope, self._site)
        visitors.saw(address, hash(tuple(map(headers.get, VISITOR))))
        if unheeded(scope, address, self._site):
            visitors.unheeded(address)
        scope["state"] = {
            "site": self._site,
            "allowances": self._allowances,
            "recent": self._recent,
            "request_id": request_id,
            "address": address,
        }
        scope["app"] = self  # makes the router raise 404 and 405 instead of answering in plain text
        kept = None
        answering = Answering(
            suffixed(secured(send, request_id, https=self._site.secure), known=compressed),
            lambda late: _too_late(scope, receive, late),
        )
        try:
            body.check(scope, headers)
            if foreign(scope["method"], headers, self._site):
                await refusals.note_foreign(self._allowances, address, scope["method"], request_id)
                raise _foreign(self._site)
            if kept := self._recent.find(scope, headers):
                await _again(kept, self._allowances.read(kept.caller_id), answering.send)
            else:
                answering.hurry()
                await self._app(scope, body.counted(receive), answering.send)
        except ClientDisconnect:
            pass  # nobody is left to answer, and nothing of ours failed
        except Exception as error:
            if answering.left:
                log.warning("failed after it was given up", error=repr(error)[:500])
            elif answering.status:  # the response had begun; its reader sees it end early
                log.exception("answer broken off")
            else:
                answer = await errors.shown(Request(scope), error)
                await answer(scope, receive, answering.send)
        finally:
            answering.end()
            route = kept.route if kept else route_of(scope)
            self._observe(scope["method"], route, answering.status or GONE, time.perf_counter() - started)


async def _too_late(scope: Scope, receive: Receive, send: Send) -> None:
    """Respond that the database does not answer."""
    await (await errors.shown(Request(scope), errors.unreachable()))(scope, receive, send)


async def _again(kept: Kept, counted: Mapping[str, str], send: Send) -> None:
    """Send a cached response with current rate limit headers."""
    left = [(name.lower().encode(), value.encode()) for name, value in counted.items()]
    await send({"type": "http.response.start", "status": HTTPStatus.OK.value, "headers": [*kept.headers, *left]})
    await send({"type": "http.response.body", "body": kept.body})


def route_of(scope: Scope) -> str:
    """The route's pattern, so that no id becomes a metrics label."""
    route = scope.get("route")
    return str(getattr(route, "name", None) or "none")


def _foreign(site: Site) -> Refused:
    return Refused(
        HTTPStatus.FORBIDDEN,
        t(
            "This request did not come from {address}. Open {address} and try again there.",
            address=site.origin,
        ),
    )
