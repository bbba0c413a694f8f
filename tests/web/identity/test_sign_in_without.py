"""Signing in while something is away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient

from app.main import create_app
from app.settings import Settings
from playground.world.cast import ALICE
from services.identity import sessions
from tests.support.browser import browser, words
from tests.support.lifespan import running
from tests.support.whole import Whole


@pytest.fixture
async def settings(settings: Settings) -> Settings:
    """Of a process whose Redis is away."""
    return replace(settings, redis_url="redis://127.0.0.1:9/0")


async def test_without_redis_one_signs_in_stays_signed_in_and_is_signed_out_at_once(whole: Whole) -> None:
    async with browser(whole) as here, browser(whole) as there:
        for window in (here, there):
            assert (await window.sign_in(ALICE)).headers["location"] == "/servers"
            assert await window.signed_in()
        await here.post("/sessions/ended", data={"session": "others"})
        assert [await window.signed_in() for window in (here, there)] == [True, False]
        await here.post("/logout")
        assert not await here.signed_in()
        assert await sessions.of(ALICE) == []


async def test_without_the_database_there_is_a_page_that_says_so(settings: Settings) -> None:
    away = replace(settings, database_url="postgresql://nobody@127.0.0.1:9/tatiana", discord_client_secret="a secret")
    app = create_app(away)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url=away.public_url) as client:
        assert (await client.get("/login")).status_code == 200
        page = await client.get("/login/start")
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert "The database can't be reached right now" in words(page)
        assert "location" not in page.headers
        cookie = {"Cookie": f"session={'A' * 43}"}
        assert (await client.get("/servers", headers=cookie)).status_code == 503
