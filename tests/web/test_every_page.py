"""Every page in a real browser: readable by everyone, at any width, by day and by night, with and without scripts."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR, STRANGER
from services import settings
from services.settings import Source
from tests.support.chromium import NARROW, WIDE
from tests.support.dashboard import Scheme, accessible, fits, shift, window
from tests.support.examples import EXAMPLES
from tests.support.whole import Served

pytestmark = pytest.mark.browser

PLACE = f"/servers/{HARBOUR}"
EVERYTHING = [
    *("/", "/servers", "/sessions", "/privacy", "/privacy/erasure", "/nowhere"),
    *(PLACE + path for area in EXAMPLES for path in area.pages),
]
LOOKS: list[tuple[int, Scheme]] = [(WIDE, "light"), (NARROW, "dark"), (WIDE, "dark"), (NARROW, "light")]


async def fill(served: Served) -> None:
    """A server in which something of everything has happened."""
    for area in EXAMPLES:
        await area.fill(served.whole)


async def test_every_page_reads_well_for_everyone_in_every_look(served: Served, browser: Browser, full: bool) -> None:
    await fill(served)
    for width, scheme in LOOKS if full else LOOKS[:2]:
        async with window(browser, served, MANAGER, width=width, scheme=scheme) as page:
            for path in EVERYTHING:
                await page.goto(served.address + path)
                await fits(page)
                assert await shift(page) <= 0.02, path
                assert await accessible(page) == {}, (path, width, scheme)


@pytest.mark.parametrize("who", [MODERATOR, ALICE, STRANGER, None])
async def test_what_others_get_to_see_reads_as_well(served: Served, browser: Browser, who: int | None) -> None:
    await fill(served)
    await settings.save(HARBOUR, MANAGER, {"general.public_leaderboard": True}, source=Source.DASHBOARD)
    async with window(browser, served, who, width=NARROW) as page:
        for path in ("/", "/servers", "/privacy", PLACE, f"{PLACE}/leaderboard", f"{PLACE}/settings"):
            await page.goto(served.address + path)
            await fits(page)
            assert await accessible(page) == {}, path


@pytest.mark.parametrize("who", [MANAGER, MODERATOR, ALICE, STRANGER, None])
async def test_every_address_leads_everyone_to_one_page_that_fits_with_and_without_scripts(
    served: Served, browser: Browser, full: bool, who: int | None
) -> None:
    await fill(served)
    ways = [(WIDE, False), (NARROW, True), (WIDE, True), (NARROW, False)]
    for width, scripts in ways if full else ways[:2]:
        async with window(browser, served, who, width=width, java_script_enabled=scripts) as page:
            for path in EVERYTHING:
                await page.goto(served.address + path)
                await fits(page)
                await expect(page.locator("h1")).to_have_count(1)


async def test_without_scripts_an_admin_does_everything_all_the_same(served: Served, browser: Browser) -> None:
    await fill(served)
    async with window(browser, served, MANAGER, java_script_enabled=False) as page:
        await page.goto(f"{served.address}{PLACE}/settings/economy")
        await page.get_by_label("Daily pay").fill("350")
        await page.get_by_role("button", name="Preview").click()
        await expect(page.locator("#preview")).to_contain_text("350")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        await page.get_by_role("link", name="History").click()
        await page.get_by_role("link", name="#2").click()
        await page.get_by_role("button", name="Revert").click()
        await expect(page.get_by_text("Reverted.")).to_be_visible()
        await page.goto(f"{served.address}{PLACE}/members")
        await page.get_by_label("Start of a name, or an ID").fill("bob")
        await page.get_by_role("button", name="Search").click()
        await page.get_by_role("link", name="bobcastell").click()
        card = page.locator("#grant")
        await card.get_by_label("Amount").fill("50")
        await card.get_by_role("button").click()
        await expect(page.get_by_text("This is the receipt.")).to_be_visible()
        await page.get_by_role("button", name="Review").click()
        await page.get_by_role("button", name="Reverse").click()
        await expect(page.get_by_text("This is the receipt of the reversal.")).to_be_visible()


async def test_everything_is_reached_with_the_keyboard(served: Served, browser: Browser) -> None:
    await fill(served)
    async with window(browser, served, MANAGER) as page:
        await page.goto(served.address + PLACE)
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.textContent") == "Skip to content"
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "main"
        reached: list[str] = []
        await page.goto(served.address + PLACE)
        for _ in range(60):
            await page.keyboard.press("Tab")
            reached.append(await page.evaluate("document.activeElement.getAttribute('href') || ''"))
        wanted = ["settings/general", "audit-log", "keys", "members", "areas", "shop", "leaderboard", "analytics"]
        assert {f"{PLACE}/{one}" for one in wanted} <= set(reached)
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("/")
        await page.keyboard.type("log channel")
        await page.keyboard.press("Enter")
        await page.get_by_role("link", name="Log channel General").click()
        await page.wait_for_url(f"**{PLACE}/settings/general#log_channel_id")


async def test_typed_text_is_not_lost_by_a_wrong_click(served: Served, browser: Browser) -> None:
    async with window(browser, served, MANAGER) as page:
        await page.goto(f"{served.address}{PLACE}/settings/economy")
        await page.get_by_label("Daily pay").fill("350")
        leaves = "dispatchEvent(new Event('beforeunload', {cancelable: true}))"
        assert not await page.evaluate(leaves), "the browser asks before it leaves"
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        assert await page.evaluate(leaves), "what is saved needs no question"
