"""Signing in and out through Discord."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from discord_api import current
from locales import Text, t
from services.identity import sessions, sign_in
from services.identity.browser_names import device_of
from services.identity.sign_in import Callback, NotSignedIn
from web.frame import access
from web.frame.rate_limits import SIGN_IN
from web.pages.identity.next_page import HOME, known_page
from web.rendering import render
from web.site import Site

_AGAIN = t("This needs a sign-in from the last ten minutes, so nothing was done. Sign in again and send it once more.")
SESSION, BROWSER = "session", "sign-in"  # cookies


async def show(request: Request) -> Response:
    """What the sign-in asks for and why, with one button."""
    next_page = known_page(request)
    again = _single(request, "again") == "1"
    if not again and await access.signed_in(request, request.state.site):
        return _to(next_page or HOME)
    return _page(request, next_page, problem=_AGAIN if again else None)


async def start(request: Request) -> Response:
    """Send the browser to Discord with a state, a code challenge and a cookie bound to it."""
    site: Site = request.state.site
    await _count(request)
    next_page = known_page(request)
    if not current.oauth().ready:
        return _page(request, next_page, status_code=HTTPStatus.SERVICE_UNAVAILABLE)
    departure = await sign_in.begin(next_page or HOME, _back(site), request.cookies.get(site.cookie(BROWSER)))
    response = _to(departure.address)
    _set(response, site, BROWSER, departure.browser, int(sign_in.PATIENCE.total_seconds()))
    return response


async def callback(request: Request) -> Response:
    """Complete the sign-in of the browser that started it; any other gets an error and no session."""
    site: Site = request.state.site
    await _count(request)
    arrival = Callback(
        browser=request.cookies.get(site.cookie(BROWSER), ""),
        state=_single(request, "state"),
        code=_single(request, "code"),
        redirect_uri=_back(site),
        declined=_single(request, "error") == "access_denied",
    )
    try:
        welcome = await sign_in.finish(
            arrival,
            cdn_url=site.cdn_url,
            device=device_of(request.headers.get("user-agent", "")),
            replacing=request.cookies.get(site.cookie(SESSION)),
            request_id=request.state.request_id,
        )
    except NotSignedIn as refused:
        return _page(request, refused.next_path, problem=refused.text, status_code=refused.status)
    response = _to(welcome.next_path)
    _set(response, site, SESSION, welcome.cookie, int(sessions.LONGEST.total_seconds()))
    _drop(response, site, BROWSER)
    return response


async def leave(request: Request) -> Response:
    """Sign out of this browser."""
    site: Site = request.state.site
    if caller := await access.signed_in(request, site):
        await sessions.end(caller.user_id, caller.proof_id, request_id=request.state.request_id)
    response = _to("/login")
    _drop(response, site, SESSION)
    return response


def _page(
    request: Request, next_page: str | None, *, problem: Text | None = None, status_code: int = HTTPStatus.OK
) -> Response:
    site: Site = request.state.site
    if not current.oauth().ready:
        problem = t(
            "Sign-in isn't set up yet: set DISCORD_CLIENT_SECRET to the client secret from Discord's OAuth2 page, and "
            "add {address} to the redirects there.",
            address=_back(site),
        )
    return render(
        request,
        "identity/sign_in.html",
        status_code=status_code,
        start=f"/login/start?{urlencode({'next': next_page})}" if next_page else "/login/start",
        ready=current.oauth().ready,
        problem=problem,
    )


async def _count(request: Request) -> None:
    await request.state.allowances.use(SIGN_IN, f"address:{request.state.address}")


def _back(site: Site) -> str:
    """Discord's redirect address: from the settings, never from a request's Host header."""
    return f"{site.public_url}/login/callback"


def _single(request: Request, name: str) -> str:
    """A query parameter; a repeated one counts as missing."""
    values = request.query_params.getlist(name)
    return values[0] if len(values) == 1 else ""


def _to(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _set(response: Response, site: Site, name: str, value: str, seconds: int) -> None:
    # Lax, because people return from Discord; the middleware rejects cross-site requests.
    response.set_cookie(site.cookie(name), value, seconds, path="/", secure=site.secure, httponly=True, samesite="lax")


def _drop(response: Response, site: Site, name: str) -> None:
    response.delete_cookie(site.cookie(name), path="/", secure=site.secure, httponly=True, samesite="lax")
