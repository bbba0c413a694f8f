"""Pages in a browser go on by themselves: what happens in the server stands there a moment later."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, expect

from playground.world.cast import BOB, HARBOUR, MANAGER
from services import settings
from services.identity import sessions
from services.settings import Source
from tests.support.coins import give
from tests.support.dashboard import window
from tests.support.whole import Served

pytestmark = pytest.mark.browser


async def watching(page: Page, served: Served) -> None:
    """The overview, once its socket listens."""
    async with page.expect_websocket() as opened:
        await page.goto(f"{served.address}/servers/{HARBOUR}")
    socket = await opened.value
    await socket.wait_for_event("framereceived", lambda frame: '"subscribed"' in str(frame))


async def test_what_happens_stands_in_the_feed_without_anyone_loading_the_page(
    served: Served, browser: Browser
) -> None:
    async with window(browser, served, MANAGER) as page:
        await watching(page, served)
        await give(BOB, 4711, HARBOUR)
        await expect(page.locator("#feed")).to_contain_text("4,711")
        await expect(page.locator("#figures")).to_contain_text("4,711")
        await settings.save(HARBOUR, MANAGER, {"economy.daily": 300}, source=Source.COMMAND)
        await expect(page.locator("#feed")).to_contain_text("Daily pay")


async def test_a_lost_connection_is_told_and_what_was_missed_comes_with_the_next_look(
    served: Served, browser: Browser
) -> None:
    async with window(browser, served, MANAGER) as page:
        await page.clock.install()
        await watching(page, served)
        # Signed out elsewhere: the socket is closed for good, while the page is still open.
        (held,) = await sessions.of(MANAGER)
        await page.context.add_cookies(
            [{"name": "session", "value": await sessions.start(MANAGER), "url": served.address}]
        )
        await sessions.end(MANAGER, held.id)
        await expect(page.locator("#lost")).to_be_visible()
        await give(BOB, 815, HARBOUR)
        await page.clock.run_for(16_000)
        await expect(page.locator("#feed")).to_contain_text("815")
