"""Members in a browser: found while one types, paid once by a double click, and their ledger goes on by itself."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER
from services.core.transactions import rows
from services.economy import earnings
from tests.support.chromium import NARROW
from tests.support.coins import give
from tests.support.dashboard import accessible, fits, window
from tests.support.whole import Served

pytestmark = pytest.mark.browser


@pytest.fixture
async def place(served: Served) -> str:
    """The Harbour, where Alice and Bob have coins."""
    for user_id, name in ((ALICE, "alice.moreau"), (BOB, "bobcastell")):
        await rows("INSERT INTO users (discord_id, username) VALUES ($1, $2)", user_id, name)
        await give(user_id, 100, HARBOUR)
    return f"{served.address}/servers/{HARBOUR}"


async def test_somebody_is_found_while_one_types_and_paid_once_by_a_double_click(
    served: Served, browser: Browser, place: str
) -> None:
    async with window(browser, served, MANAGER, reduced_motion="reduce") as page:
        await page.goto(f"{place}/members")
        await page.locator("#search").press_sequentially("bobc")
        await expect(page.locator("#members")).not_to_contain_text("alice.moreau")
        await expect(page).to_have_url(f"{place}/members?search=bobc")
        await page.get_by_role("link", name="bobcastell").click()
        await page.locator("#coins").fill("50")
        await page.get_by_role("button", name="Give").dblclick(no_wait_after=True)
        await expect(page.get_by_role("status").filter(has_text="Given.")).to_be_visible()
    assert (await earnings.account(HARBOUR, BOB)).balance == 150


async def test_a_ledger_goes_on_by_itself_and_what_is_typed_beside_it_stays(
    served: Served, browser: Browser, place: str
) -> None:
    async with window(browser, served, MANAGER, width=NARROW, scheme="dark") as page:
        async with page.expect_websocket() as opened:
            await page.goto(f"{place}/members/{BOB}")
        socket = await opened.value
        await socket.wait_for_event("framereceived", lambda frame: '"subscribed"' in str(frame))
        await page.locator("#reason").fill("Won the")
        await give(BOB, 4711, HARBOUR)
        await expect(page.locator("#ledger")).to_contain_text("+4,711")
        await expect(page.locator("#figures")).to_contain_text("4,811")
        await expect(page.locator("#reason")).to_have_value("Won the")
        await fits(page)
        assert await accessible(page) == {}
