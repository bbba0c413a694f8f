"""One click from the playground to the bot's dashboard, signed in as the person one acts as."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from playground.world.state import State

COOKIE = "enter-as"
SECONDS = 60  # for the bot to send the browser back here and ask who it is

_CALLBACK = "/login/callback"
_ASKED_AT = "/oauth2/authorize"


def entering_routes(state: State) -> list[Route]:
    """The link to the dashboard: `as` is the person, `server` the server to open, `tour` starts the tour."""

    async def enter(request: Request) -> Response:
        # Otherwise another site could sign this browser in as someone.
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return RedirectResponse("/", 303)
        asked = request.query_params
        user = state.world.users.get(_number(asked.get("as")))
        home = address(state)
        if user is None or user.bot or home is None:
            return RedirectResponse("/", 303)
        guild = state.world.guilds.get(_number(asked.get("server")))
        path = f"/servers/{guild.id}" if guild and user.id in guild.members else "/servers"
        onward = f"{path}%3Ftour=1" if asked.get("tour") and path != "/servers" else path
        answer = RedirectResponse(f"{home}/login/start?next={onward}", 303, {"Cache-Control": "no-store"})
        answer.set_cookie(COOKIE, str(user.id), SECONDS, path=_ASKED_AT, httponly=True, samesite="lax")
        return answer

    return [Route("/dashboard", enter)]


def by_its_own_name(request: Request) -> Response | None:
    """Redirect "localhost" to the address that the bot uses, because cookies are kept per host name."""
    state: State = request.app.state.playground
    own = urlsplit(state.origin_url)
    if request.url.hostname == own.hostname or (request.url.hostname, request.url.port) != ("localhost", own.port):
        return None
    return RedirectResponse(f"{state.origin_url}/?{request.url.query}", 307)


def address(state: State) -> str | None:
    """The address of the bot's dashboard, from its registered redirect URIs."""
    callbacks = [uri for uri in state.oauth.redirect_uris if urlsplit(uri).path == _CALLBACK]
    return callbacks[0].removesuffix(_CALLBACK) if callbacks else None


def person(state: State, request: Request, redirect_uri: str) -> int | None:
    """The person who just followed the link; only for the bot's own sign-in, and only once."""
    user_id = _number(request.cookies.get(COOKIE))
    if redirect_uri != f"{address(state)}{_CALLBACK}" or user_id not in state.world.users:
        return None
    return user_id


def forget(answer: Response) -> Response:
    """Delete the cookie, which is good for one sign-in."""
    answer.delete_cookie(COOKIE, path=_ASKED_AT, httponly=True, samesite="lax")
    return answer


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 20 else 0
