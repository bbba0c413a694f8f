"""The stand-in for Discord's consent page, where you choose who you are and authorize the bot."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from playground.page import entering
from playground.page.ui import refuse_other_sites
from playground.page.views import avatar_url
from playground.rest.errors import Refusal
from playground.world import installing
from playground.world.oauth_grants import SCOPES, Wish
from playground.world.state import State

_templates = Jinja2Templates(directory=Path(__file__).parent / "templates")

_DENIED = "The resource owner or authorization server denied the request"


def oauth_page_routes(state: State) -> list[Route]:
    """The page and its form, at the same path as Discord's."""

    async def endpoint(request: Request) -> Response:
        try:
            if _adds_bot(state, request):
                if request.method == "POST":
                    return await installing.decide(state, request, _templates, _headers())
                return installing.page(state, request, _templates, _headers())
            wish = _wish(state, request)
            if request.method == "GET" and (user_id := entering.person(state, request, wish.redirect_uri)):
                return entering.forget(_back(request, wish, {"code": state.oauth.code_for(user_id, wish)}))
            return await _decide(state, request, wish) if request.method == "POST" else _page(state, request, wish)
        except Refusal as refusal:
            return _templates.TemplateResponse(
                request, "oauth.html", {"refusal": refusal.sentence}, refusal.status, _headers()
            )

    return [Route("/oauth2/authorize", endpoint, methods=["GET", "POST"])]


def _page(state: State, request: Request, wish: Wish) -> Response:
    people = [
        {"id": user.id, "name": user.global_name or user.username, "about": user.about, "avatar": avatar_url(user)}
        for user in state.world.users.values()
        if not user.bot
    ]
    values = {
        "refusal": None,
        "bot": state.world.bot.username,
        "bot_avatar": avatar_url(state.world.bot),
        "people": people,
        "scopes": [SCOPES[scope] for scope in SCOPES if scope in wish.scopes],
        "target": urlsplit(wish.redirect_uri).netloc,
    }
    return _templates.TemplateResponse(request, "oauth.html", values, headers=_headers(wish.redirect_uri))


async def _decide(state: State, request: Request, wish: Wish) -> Response:
    refuse_other_sites(request)
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    answer = {"error": "access_denied", "error_description": _DENIED}
    if form.get("decision") == "authorize":
        answer = {"code": state.oauth.code_for(_person(state, form.get("user_id", "")), wish)}
    return _back(request, wish, answer)


def _back(request: Request, wish: Wish, answer: dict[str, str]) -> Response:
    """Redirect to the bot with the result."""
    if request_state := request.query_params.get("state"):
        answer["state"] = request_state
    mark = "&" if urlsplit(wish.redirect_uri).query else "?"
    return RedirectResponse(wish.redirect_uri + mark + urlencode(answer), 302, {"Cache-Control": "no-store"})


def _adds_bot(state: State, request: Request) -> bool:
    """Whether the link adds the bot to a server, which needs no access to the person's account."""
    if request.query_params.get("client_id") != str(state.identity.application_id):
        raise Refusal("No application has this client_id.", status=400)
    scopes = set(request.query_params.get("scope", "").split())
    return "bot" in scopes and scopes <= installing.SCOPES


def _wish(state: State, request: Request) -> Wish:
    """The access requested. Raises Refusal, and never redirects to an address that isn't registered."""
    asked = request.query_params
    if asked.get("redirect_uri") not in state.oauth.redirect_uris:
        known = ", ".join(state.oauth.redirect_uris) or "none"
        raise Refusal(f"This redirect_uri isn't registered. Registered: {known}.", status=400)
    if asked.get("response_type") != "code":
        raise Refusal("The playground only supports response_type=code.", status=400)
    scopes = frozenset(asked.get("scope", "").split())
    if not scopes or scopes - SCOPES.keys():
        raise Refusal(f"The playground only supports the scopes {' and '.join(SCOPES)}.", status=400)
    challenge = asked.get("code_challenge")
    if challenge is not None and asked.get("code_challenge_method") != "S256":
        raise Refusal("The code_challenge_method must be S256.", status=400)
    return Wish(asked["redirect_uri"], scopes, challenge)


def _person(state: State, text: str) -> int:
    user = state.world.users.get(int(text)) if text.isdecimal() else None
    if user is None or user.bot:
        raise Refusal("Choose who you are first.", status=400)
    return user.id


def _headers(target: str | None = None) -> dict[str, str]:
    # Browsers also check the address that the form redirects to against form-action.
    onward = "{0.scheme}://{0.netloc}".format(urlsplit(target)) if target else ""
    return {
        "Cache-Control": "no-store",
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self' {onward}; "
            "frame-ancestors 'none'"
        ),
        # With a stricter policy the form's Origin header would be null.
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
