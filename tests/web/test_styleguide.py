"""The parts of all pages, shown at one place: readable by everyone, at any width, by day and by night."""

from __future__ import annotations

from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient
from playwright.async_api import Browser

from app.main import create_app
from app.settings import Settings
from tests.support.chromium import NARROW, WIDE
from tests.support.dashboard import Scheme, accessible, fits, window
from tests.support.lifespan import running
from tests.support.whole import Served


@pytest.mark.browser
async def test_every_part_can_be_read_and_used_by_everyone(browser: Browser, served: Served) -> None:
    looks: list[tuple[int, Scheme]] = [(WIDE, "light"), (NARROW, "dark"), (WIDE, "dark"), (NARROW, "light")]
    for width, scheme in looks:
        async with window(browser, served, None, width=width, scheme=scheme) as page:
            await page.goto(f"{served.address}/styleguide")
            await fits(page)
            assert await accessible(page) == {}, (width, scheme)
            await page.get_by_role("button", name="Open a dialog").click()
            assert await page.get_by_role("dialog").is_visible()
            await page.keyboard.press("Escape")
            assert not await page.get_by_role("dialog").is_visible()


async def test_people_on_an_installation_of_their_own_never_meet_it(settings: Settings, database: str) -> None:
    app = create_app(replace(settings, public_url="https://bot.test"))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="https://bot.test") as http:
        assert (await http.get("/styleguide")).status_code == 404
