"""REST: OAuth2 tokens: exchanging codes, refreshing, revoking, and reading what a token allows."""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.rest.applications import application_json
from playground.rest.calls import Call
from playground.rest.resource import Resource
from playground.world.entities import Json
from playground.world.oauth_grants import Refused
from playground.world.objects import user_json
from playground.world.state import State

_NEVER_KEPT = {"Cache-Control": "no-store"}
_SHOWN = (
    "id", "name", "icon", "description", "type", "bot", "bot_public", "bot_require_code_grant", "verify_key", "flags",
    "flags_new",
)  # fmt: skip

Answer = Callable[[State, dict[str, str]], Json]


def oauth_routes(state: State) -> list[Route]:
    """The routes that take forms, as RFC 6749 describes; they aren't in Discord's OpenAPI file."""
    return [_route(state, "/oauth2/token", _token), _route(state, "/oauth2/token/revoke", _revoke)]


async def authorization(call: Call) -> Json:
    """What the token allows, until when, and the person if the scope `identify` is included."""
    application = application_json(call.state)
    made: Json = {"application": {name: application[name] for name in _SHOWN}, "scopes": [], "expires": _moment(0)}
    if call.grant is None:
        return made
    made |= {"scopes": sorted(call.grant.scopes), "expires": _moment(call.grant.expires)}
    seen = {"user": user_json(call.state.world.user(call.user_id))} if "identify" in call.grant.scopes else {}
    return made | seen


def _route(state: State, path: str, answer: Answer) -> Route:
    async def endpoint(request: Request) -> Response:
        if state.chance.random() < state.faults.server_errors:
            return JSONResponse({"message": "500: Internal Server Error", "code": 0}, 500)
        try:
            form = await _form(request)
            _check_client(state, request, form)
            return JSONResponse(answer(state, form), headers=_NEVER_KEPT)
        except Refused as refused:
            said = {"error": refused.error, "error_description": refused.description}
            return JSONResponse(said, refused.status, _NEVER_KEPT)

    return Route(path, Resource({"POST": endpoint}))


async def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0] != "application/x-www-form-urlencoded":
        raise Refused("invalid_request", "The body must be application/x-www-form-urlencoded.")
    pairs = parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
    if len(dict(pairs)) < len(pairs):
        raise Refused("invalid_request", "A parameter is repeated.")
    return dict(pairs)


def _check_client(state: State, request: Request, form: dict[str, str]) -> None:
    given = f"{form.get('client_id')}:{form.get('client_secret')}"
    scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
    if scheme == "Basic":
        try:
            given = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            given = ""
    known = f"{state.identity.application_id}:{state.identity.client_secret}"
    if not secrets.compare_digest(given.encode(), known.encode()):
        raise Refused("invalid_client", "The client ID and secret don't match.", 401)


def _token(state: State, form: dict[str, str]) -> Json:
    match form.get("grant_type"):
        case "authorization_code":
            code, redirect_uri = form.get("code", ""), form.get("redirect_uri", "")
            return state.oauth.exchange(code, redirect_uri, form.get("code_verifier"))
        case "refresh_token":
            return state.oauth.refresh(form.get("refresh_token", ""))
    raise Refused("unsupported_grant_type", "The playground supports authorization_code and refresh_token.")


def _revoke(state: State, form: dict[str, str]) -> Json:
    state.oauth.revoke(form.get("token", ""))
    return {}


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
