"""From the playground into the bot's own pages: one click, and whoever one acts as is signed in there."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from playground.world.state import State

COOKIE = "enter-as"
SECONDS = 60  # in which the bot has to send the browser here to ask who it is

_CALLBACK = "/login/callback"
_ASKED_AT = "/oauth2/authorize"


def entering_routes(state: State) -> list[Route]:
    """The way there; `as` is who one is, `server` where one looks, `tour` whether to be shown around."""

    async def enter(request: Request) -> Response:
        # Another site could else sign this browser in as somebody.
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return RedirectResponse("/", 303)
        asked = request.query_params
        user = state.world.users.get(_number(asked.get("as")))
        home = address(state)
        if user is None or user.bot or home is None:
            return RedirectResponse("/", 303)
        guild = state.world.guilds.get(_number(asked.get("server")))
        place = f"/servers/{guild.id}" if guild and user.id in guild.members else "/servers"
        onward = f"{place}%3Ftour=1" if asked.get("tour") and place != "/servers" else place
        answer = RedirectResponse(f"{home}/login/start?next={onward}", 303, {"Cache-Control": "no-store"})
        answer.set_cookie(COOKIE, str(user.id), SECONDS, path=_ASKED_AT, httponly=True, samesite="lax")
        return answer

    return [Route("/dashboard", enter)]


def by_its_own_name(request: Request) -> Response | None:
    """On to the name under which the bot sends browsers here: under another one of this machine, cookies are lost."""
    state: State = request.app.state.playground
    own = urlsplit(state.origin_url)
    if request.url.hostname == own.hostname or (request.url.hostname, request.url.port) != ("localhost", own.port):
        return None
    return RedirectResponse(f"{state.origin_url}/?{request.url.query}", 307)


def address(state: State) -> str | None:
    """Where the bot's pages are, as it registered them."""
    known = [one for one in state.oauth.redirect_uris if urlsplit(one).path == _CALLBACK]
    return known[0].removesuffix(_CALLBACK) if known else None


def person(state: State, request: Request, redirect_uri: str) -> int | None:
    """Who came that way just now; for the bot's own sign-in alone, and once."""
    user_id = _number(request.cookies.get(COOKIE))
    if redirect_uri != f"{address(state)}{_CALLBACK}" or user_id not in state.world.users:
        return None
    return user_id


def forget(answer: Response) -> Response:
    """The cookie has done what it was for."""
    answer.delete_cookie(COOKIE, path=_ASKED_AT, httponly=True, samesite="lax")
    return answer


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 20 else 0
