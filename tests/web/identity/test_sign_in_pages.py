"""Signing in as a person sees it, in Chromium without scripts: through `tatiana run` and the playground's consent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page

from tests.app.installation import Installation
from tests.support.chromium import NARROW, PATIENCE, WIDE, chromium

pytestmark = pytest.mark.browser

WIDER_THAN_THE_WINDOW = "document.documentElement.scrollWidth - window.innerWidth"


@pytest.fixture(scope="module")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    folder: Path = tmp_path_factory.mktemp("signing-in")
    made = Installation(folder)
    said = await asyncio.to_thread(made.start)
    assert "Everything is set up." in said
    yield made
    await asyncio.to_thread(made.clean_up)


async def fits(page: Page) -> None:
    await page.wait_for_load_state()
    assert await page.evaluate(WIDER_THAN_THE_WINDOW) <= 0, page.url


@pytest.mark.parametrize(("width", "scheme"), [(WIDE, "light"), (NARROW, "dark")])
async def test_a_person_signs_in_looks_around_and_signs_out_again(
    installation: Installation, width: int, scheme: Literal["dark", "light"]
) -> None:
    said: list[str] = []
    async with chromium() as browser:
        context = await browser.new_context(
            viewport={"width": width, "height": 844}, color_scheme=scheme, java_script_enabled=False
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: said.append(message.text))
        # What the browser itself leaves because it goes on to the next page has not failed.
        page.on("requestfailed", lambda one: said.extend([one.url] if one.failure != "net::ERR_ABORTED" else []))

        await page.goto(f"{installation.url}/servers")
        assert page.url == f"{installation.url}/login?next=/servers"
        await fits(page)
        await page.get_by_role("link", name="Continue with Discord").click()
        assert page.url.startswith(f"{installation.page}/oauth2/authorize?")
        await fits(page)
        await page.get_by_text("Inês Duarte").click()
        await page.get_by_role("button", name="Authorize").click()
        await page.wait_for_url(f"{installation.url}/servers")
        await page.get_by_role("link", name="Open Praça do Sol").wait_for()
        await page.get_by_role("heading", name="Servers you're a member of").wait_for()
        await page.get_by_role("link", name="Open The Harbour").wait_for()
        await fits(page)
        await page.get_by_role("button", name="Your account").click()
        await page.get_by_role("link", name="Devices").click()
        await page.get_by_text("This device").wait_for()
        await fits(page)

        (cookie,) = [cookie for cookie in await context.cookies(installation.url) if cookie["name"] == "session"]
        assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
        await page.get_by_role("button", name="Your account").click()
        await page.get_by_role("button", name="Sign out").first.click()
        await page.wait_for_url(f"{installation.url}/login")
        assert [cookie["name"] for cookie in await context.cookies(installation.url)] == []
        await page.goto(f"{installation.url}/sessions")
        assert page.url.startswith(f"{installation.url}/login")
        assert said == []
        await context.close()


async def test_who_cancels_comes_back_to_a_page_that_says_so(installation: Installation) -> None:
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{installation.url}/login/start")
        await page.get_by_role("button", name="Cancel").click()
        await page.get_by_text("You didn't allow access").wait_for()
        assert await page.get_by_role("link", name="Continue with Discord").count() == 1
        await page.close()


async def test_another_site_signs_nobody_out(installation: Installation) -> None:
    async with chromium() as browser:
        page = await browser.new_page()
        await page.goto(f"{installation.url}/login/start")
        await page.get_by_role("button", name="Authorize").click()
        await page.wait_for_url(f"{installation.url}/servers")
        # Another port is the same site to the cookie, but another origin.
        foreign = f'<form method="post" action="{installation.url}/logout"><button>Win</button></form>'
        await page.route("**/trap", lambda route: route.fulfill(body=foreign, content_type="text/html"))
        await page.goto(f"{installation.page}/trap")
        await page.get_by_role("button", name="Win").click()
        await page.get_by_text("did not come from").wait_for()
        await page.goto(f"{installation.url}/sessions")
        assert page.url == f"{installation.url}/sessions"
        await page.close()
