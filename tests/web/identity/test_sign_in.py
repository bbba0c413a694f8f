"""Signing in with Discord, through the real pages and the playground's consent."""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import replace
from html import unescape

import pytest
from httpx import ASGITransport, AsyncClient, Response

from app.main import create_app
from app.settings import Settings
from playground.world.cast import ALICE, BOB, HARBOUR, OWNER
from services.core import store
from services.core.transactions import rows
from services.identity import discord_grants, sessions
from tests.support.browser import Browser, query_of, words
from tests.support.lifespan import running
from tests.support.signing_in import count, events
from tests.support.waiting import serves, until
from tests.support.whole import HOME, Whole

BACK = f"{HOME}/login/callback"


async def test_the_sign_in_page_says_what_is_asked_and_why(window: Browser) -> None:
    page = await window.get("/login")
    assert page.status_code == 200
    for said in ("Continue with Discord", "Your name and picture", "The list of your servers", "email"):
        assert said in words(page)
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src" not in policy
    assert not any(sign in page.text for sign in ("<script", "style=", "onclick"))


async def test_it_speaks_the_visitors_language(window: Browser) -> None:
    for accepted, locale in (
        ("pt;q=0.9, en;q=0.8", "pt-BR"),
        ("de, es-AR;q=0.5", "es-ES"),
        ("de", "en-US"),
        ("", "en-US"),
    ):
        page = await window.get("/login", headers={"Accept-Language": accepted})
        assert (page.headers["content-language"], f'<html lang="{locale}">' in page.text) == (locale, True)


async def test_who_signs_in_at_discord_is_signed_in_here(window: Browser) -> None:
    assert not await window.signed_in()
    done = await window.sign_in(ALICE)
    assert (done.status_code, done.headers["location"]) == (303, "/servers")
    assert await window.signed_in()
    (user,) = await rows("SELECT username FROM users WHERE discord_id = $1", ALICE)
    assert user["username"] == "alice.moreau"
    assert await events() == ["session.created", "login.succeeded"]


async def test_one_asks_discord_for_no_more_than_needed_and_only_by_the_settings_address(window: Browser) -> None:
    answer = await window.get("/login/start", headers={"Host": "evil.test", "X-Forwarded-Host": "evil.test"})
    asked = query_of(answer.headers["location"])
    assert (asked["scope"], asked["response_type"], asked["code_challenge_method"]) == (
        "identify guilds",
        "code",
        "S256",
    )
    assert asked["redirect_uri"] == BACK
    assert min(len(asked["state"]), len(asked["code_challenge"])) == 43


async def test_cookies_are_for_this_host_over_https_only_and_out_of_reach_of_scripts(settings: Settings) -> None:
    settled = replace(settings, public_url="https://bot.test", discord_client_secret="a client secret")
    app = create_app(settled)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="https://bot.test") as client:
        await until(lambda: serves(client))
        said = (await client.get("/login/start")).headers["set-cookie"]
    assert said.startswith("__Host-sign-in=")
    attributes = {part.strip().lower() for part in said.split(";")[1:]}
    assert attributes == {"httponly", "secure", "samesite=lax", "path=/", "max-age=600"}


async def test_the_session_cookie_ends_with_the_day_and_the_way_cookie_is_taken_back(window: Browser) -> None:
    said = (await window.sign_in(ALICE)).headers.get_list("set-cookie")
    session, way = sorted(said)
    assert "Max-Age=86400" in session
    assert "HttpOnly" in session
    assert "SameSite=lax" in session
    assert way.startswith('sign-in=""') and "Max-Age=0" in way  # noqa: PT018


async def test_who_cancels_is_told_so_and_can_start_again(window: Browser) -> None:
    page = await window.get(await window.allow(await window.leave(), ALICE, "cancel"))
    assert page.status_code == 400
    assert "You didn't allow access" in words(page)
    assert "Continue with Discord" in words(page)
    assert await events() == ["login.failed"]
    assert (await window.sign_in(ALICE)).status_code == 303


@pytest.mark.parametrize("wanted", [f"/servers/{HARBOUR}/members?search=%C3%A9+a&sort=balance", "/sessions"])
async def test_who_fails_to_sign_in_still_comes_to_the_page_they_wanted(window: Browser, wanted: str) -> None:
    page = await window.get(await window.allow(await window.leave(wanted), ALICE, "cancel"))
    start = re.findall(r'href="(/login/start\?next=[^"]*)"', page.text)[0]
    assert query_of(unescape(start))["next"] == wanted
    again = await window.get(unescape(start))
    arrived = await window.get(await window.allow(again.headers["location"], ALICE))
    assert arrived.headers["location"] == wanted


async def test_two_tabs_that_set_out_both_arrive(window: Browser) -> None:
    first, second = await window.leave("/sessions"), await window.leave()
    assert (await window.get(await window.allow(second, ALICE))).headers["location"] == "/servers"
    assert (await window.get(await window.allow(first, ALICE))).status_code == 400, "the way's cookie is gone by then"
    first, second = await window.leave("/sessions"), await window.leave()
    backs = [await window.allow(address, ALICE) for address in (first, second)]
    answers = await asyncio.gather(*(window.get(address) for address in backs))
    assert [answer.headers["location"] for answer in answers] == ["/sessions", "/servers"]


async def test_a_sign_in_at_another_address_ends_the_session_before(window: Browser) -> None:
    await window.sign_in(ALICE)
    before = window.cookie
    await window.sign_in(BOB)
    assert window.cookie != before
    window.http.cookies.set("session", before or "", domain="bot.test")
    assert [one.user_id for one in await sessions.of(ALICE)] == []
    assert len(await sessions.of(BOB)) == 1


async def test_what_goes_wrong_is_told_on_a_page_in_the_house_style(window: Browser) -> None:
    for answer, status in (
        (await window.get("/nowhere"), 404),
        (await window.get("/logout"), 405),
        (await window.post("/logout", headers={"Origin": "http://evil.test"}), 403),
    ):
        assert answer.status_code == status
        assert re.search(r'<link rel="stylesheet" href="/static/css/base\.\w+\.css">', answer.text)
        assert answer.headers["x-request-id"] in answer.text
        assert "script-src" not in answer.headers["content-security-policy"]


# What Discord may do


async def test_without_a_client_secret_the_page_says_what_to_do(settings: Settings) -> None:
    app = create_app(settings)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url=settings.public_url) as client:
        for path in ("/login", "/login/start"):
            page = words(await client.get(path))
            assert "set DISCORD_CLIENT_SECRET" in page
            assert f"{settings.public_url}/login/callback" in page
            assert "Continue with Discord" not in page


async def test_a_wrong_client_secret_is_told_without_showing_it(whole: Whole, window: Browser) -> None:
    state = whole.play._state
    state.identity = replace(state.identity, client_secret="another secret")
    page = await window.sign_in(ALICE)
    assert page.status_code == 503
    assert "Discord rejects the secret in DISCORD_CLIENT_SECRET" in words(page)
    assert await count("sessions") == 0


async def test_while_discord_fails_nobody_is_signed_in_and_everybody_is_told(whole: Whole, window: Browser) -> None:
    back = await window.allow(await window.leave(), ALICE)
    whole.play._state.faults = replace(whole.play._state.faults, server_errors=1.0)
    page = await window.get(back)
    assert (page.status_code, "Discord isn't responding right now" in words(page)) == (503, True)
    assert await count("sessions") == 0


async def test_who_grants_less_than_asked_is_not_signed_in(whole: Whole, window: Browser) -> None:
    address = (await window.leave()).replace("scope=identify%20guilds", "scope=identify")
    page = await window.get(await window.allow(address, ALICE))
    assert (page.status_code, "allow both" in words(page)) == (400, True)
    assert await count("sessions") == 0


# Tokens at rest


async def test_discords_tokens_are_renewed_in_time_by_one_of_many(whole: Whole, window: Browser) -> None:
    await window.sign_in(OWNER)
    first = await discord_grants.access_token(OWNER)
    await rows("UPDATE discord_grants SET expires_at = now() + interval '4 minutes'")
    renewed = await asyncio.gather(*(discord_grants.access_token(OWNER) for _ in range(8)))
    assert len(set(renewed)) == 1
    assert renewed[0] != first
    assert await discord_grants.servers(OWNER)


async def test_a_dropped_grant_is_worth_nothing_at_discord_either(whole: Whole, window: Browser) -> None:
    await window.sign_in(OWNER)
    token = await discord_grants.access_token(OWNER)
    await discord_grants.drop(OWNER)
    assert whole.play._state.oauth.grant_of(token) is None
    with pytest.raises(discord_grants.SignInAgain):
        await discord_grants.access_token(OWNER)


async def test_neither_database_redis_nor_log_show_a_secret(
    whole: Whole, window: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    address = await window.leave()
    way = window.http.cookies["sign-in"]
    back = await window.allow(address, OWNER)
    await window.get(back)
    await window.get("/servers")
    await window.get(back)
    book, identity = whole.play._state.oauth, whole.play._state.identity
    secrets = [
        *book._access, *book._refresh, query_of(back)["code"], query_of(back)["state"], way, window.cookie or "missing",
        identity.client_secret,
        base64.b64encode(f"{identity.application_id}:{identity.client_secret}".encode()).decode(),
    ]  # fmt: skip
    tables = [row["n"] for row in await rows("SELECT tablename AS n FROM pg_tables WHERE schemaname = 'public'")]
    kept = "".join([str(await rows(f"SELECT t::text FROM {table} t")) for table in tables])
    redis = store.redis()
    assert redis is not None
    kept += str([(key, await redis.get(key)) for key in await redis.keys() if await redis.type(key) == b"string"])
    said = capfd.readouterr()
    assert "session.created" in kept
    hexed = [secret.encode().hex() for secret in secrets]
    for secret in secrets + hexed:
        assert secret not in kept + said.out + said.err


async def test_too_many_sign_ins_from_one_address_have_to_wait(window: Browser) -> None:
    answers: list[Response] = [await window.get("/login/start") for _ in range(31)]
    assert [answer.status_code for answer in answers] == [303] * 30 + [429]
    assert int(answers[-1].headers["retry-after"]) >= 1
