"""Discord's OAuth2 as a client meets it: what goes out, and every way in which the answer can disappoint."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from discord_api import oauth
from discord_api.errors import DiscordError, RateLimited, Unavailable
from discord_api.oauth import ClientRefused, GrantRefused, OAuth
from discord_api.transport import Transport
from tests.discord_api.stand_in import Reply, Script, answer

SECRET = "client-secret-that-nobody-may-see"
CODE, VERIFIER, REFRESH, ACCESS = "the-code", "the-verifier", "the-refresh-token", "the-access-token"
BACK = "https://bot.test/login/callback"
GIVEN = {
    "access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 604800, "token_type": "Bearer",
    "scope": "guilds identify",
}  # fmt: skip


def client(handler: Callable[[httpx.Request], Any]) -> OAuth:
    return OAuth(
        7,
        SECRET,
        authorize_url="https://discord.test/oauth2/authorize",
        api_url="https://discord.test/api/v10",
        user_agent="DiscordBot (https://bot.test, 1)",
        transport=Transport(httpx.AsyncClient(transport=httpx.MockTransport(handler))),
    )


async def exchange(one: OAuth) -> Any:
    return await one.exchange(CODE, VERIFIER, BACK)


CALLS: list[Callable[[OAuth], Awaitable[Any]]] = [
    exchange,
    lambda one: one.refresh(REFRESH),
    lambda one: one.me(ACCESS),
    lambda one: one.guilds(ACCESS),
]


def test_the_challenge_is_that_of_the_rfc() -> None:
    assert (
        oauth.challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_the_way_there_says_all_that_discord_needs_and_not_the_verifier() -> None:
    address = client(Script(answer(200))).address("the state", VERIFIER, BACK)
    assert "scope=identify%20guilds" in address
    assert VERIFIER not in address
    assert parse_qs(urlsplit(address).query) == {
        "response_type": ["code"],
        "client_id": ["7"],
        "scope": ["identify guilds"],
        "redirect_uri": [BACK],
        "state": ["the state"],
        "code_challenge": [oauth.challenge(VERIFIER)],
        "code_challenge_method": ["S256"],
    }


async def test_a_code_goes_out_as_a_form_with_the_secret_in_the_header_alone() -> None:
    script = Script(answer(200, GIVEN))
    tokens = await exchange(client(script))
    assert (tokens.access_token, tokens.expires_in, tokens.scopes) == (ACCESS, 604800, {"identify", "guilds"})
    (sent,) = script.requests
    assert (sent.method, str(sent.url)) == ("POST", "https://discord.test/api/v10/oauth2/token")
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"
    assert sent.headers["authorization"] == f"Basic {base64.b64encode(f'7:{SECRET}'.encode()).decode()}"
    assert SECRET.encode() not in sent.content
    assert parse_qs(sent.content.decode())["code_verifier"] == [VERIFIER]


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (answer(429, {"retry_after": 5}), RateLimited),
        (answer(500, {"message": "no"}), Unavailable),
        (answer(502), Unavailable),
        (httpx.ConnectError("refused"), Unavailable),
        (httpx.ReadTimeout("silent"), Unavailable),
        (httpx.RemoteProtocolError("cut"), Unavailable),
        (answer(200), Unavailable),
        (answer(200, "text"), Unavailable),
        (httpx.Response(200, content=b"<html>"), Unavailable),
        (answer(204), Unavailable),
    ],
)
async def test_whatever_goes_wrong_is_asked_once_and_told_without_a_secret(
    reply: Reply, error: type[DiscordError]
) -> None:
    for call in CALLS:
        script = Script(reply)
        with pytest.raises(error) as raised:
            await call(client(script))
        assert len(script.requests) == 1, "a code or a refresh token is good for one time only"
        told = f"{raised.value!r} {raised.value} {raised.value.__cause__!r}"
        assert not any(secret in told for secret in (SECRET, CODE, VERIFIER, REFRESH, ACCESS))


@pytest.mark.parametrize("missing", ["access_token", "refresh_token", "expires_in", "scope"])
async def test_half_an_answer_is_none(missing: str) -> None:
    half = {name: value for name, value in GIVEN.items() if name != missing}
    with pytest.raises(Unavailable):
        await exchange(client(Script(answer(200, half))))


async def test_a_bad_code_and_a_bad_secret_are_told_apart() -> None:
    for call in CALLS[:2]:
        with pytest.raises(GrantRefused):
            await call(client(Script(answer(400, {"error": "invalid_grant"}))))
        with pytest.raises(ClientRefused):
            await call(client(Script(answer(401, {"error": "invalid_client"}))))
    for call in CALLS[2:]:
        with pytest.raises(GrantRefused):
            await call(client(Script(answer(401, {"message": "401: Unauthorized", "code": 0}))))


async def test_without_a_secret_nobody_can_sign_in() -> None:
    assert client(Script(answer(200))).ready
    for missing in (None, ""):
        assert not OAuth(7, missing, authorize_url="", api_url="", user_agent="").ready


@pytest.mark.parametrize(
    "said",
    [
        answer(403, {"code": 40333, "message": "internal network error"}),
        httpx.Response(403, html="<html>Cloudflare</html>"),
        httpx.Response(401, html="<html>a proxy</html>"),
        httpx.Response(404, html="<html>a proxy</html>"),
        answer(500, {}),
    ],
    ids=lambda said: f"{said.status_code} {said.text[:12]}",
)
async def test_a_refusal_from_before_discord_says_nothing_about_a_grant_or_our_secret(said: httpx.Response) -> None:
    for call in CALLS:
        with pytest.raises(DiscordError) as refused:
            await call(client(Script(said)))
        assert not isinstance(refused.value, GrantRefused | ClientRefused)


async def test_a_short_429_is_waited_out() -> None:
    script = Script(answer(429, {"retry_after": 0.02}), answer(200, {"id": "5", "username": "a"}))
    assert (await client(script).me(ACCESS))["id"] == "5"


async def test_a_429_that_lasts_longer_than_anybody_waits_is_told() -> None:
    with pytest.raises(RateLimited):
        await client(Script(answer(429, {"retry_after": 30.0}))).me(ACCESS)


@pytest.mark.parametrize(
    "person",
    [{"id": None, "username": "a"}, {"username": "a"}, {"id": "x", "username": "a"}, {"id": "5", "username": None}, []],
)
async def test_a_person_without_an_id_or_name_is_no_answer(person: Any) -> None:
    with pytest.raises(Unavailable):
        await client(Script(answer(200, person))).me(ACCESS)


@pytest.mark.parametrize("wrong", [{"id": None}, {"name": None}, {"permissions": None}, {"permissions": "-1"}])
async def test_a_server_without_an_id_name_or_permissions_is_no_answer(wrong: dict[str, Any]) -> None:
    server = {"id": "1", "name": "a", "owner": False, "icon": None, "permissions": "0"}
    with pytest.raises(Unavailable):
        await client(Script(answer(200, [server | wrong]))).guilds(ACCESS)
