"""The panel: requests to the bot, faults, and the clock."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.world.cast import BOB
from tests.playground.fake_bot import FakeBot, text
from tests.playground.page.samples import Open, last
from tests.support.chromium import use

pytestmark = pytest.mark.browser


async def test_the_panel_shows_the_signed_request_and_the_answer(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = text("Here.")
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await expect(last(page)).to_contain_text("Here.")
        await page.locator("#open-panel").click()
        entry = page.locator(".exchange", has_text="/show")
        await expect(entry.locator("summary")).to_contain_text("answered")
        await expect(entry.locator("summary")).to_contain_text("HTTP 200")
        await entry.locator("summary").click()
        await expect(entry).to_contain_text("X-Signature-Ed25519")
        await expect(entry).to_contain_text(bot.seen[-1]["token"])
        await expect(entry).to_contain_text('"content": "Here."')


async def test_a_fault_takes_effect_and_shows_that_it_is_on(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = text("Here.")
    async with opened() as page, opened(BOB) as other:
        await page.locator("#open-panel").click()
        await page.get_by_role("tab", name="Faults").click()
        await page.get_by_role("switch", name="Lose the response").check()
        await expect(other.locator("#fault-pill")).to_have_text("Lose the response is on")
        await use(page, "/show ", "Enter")
        await expect(page.locator(".failure")).to_contain_text("The application did not respond")
        await page.get_by_role("tab", name="Clicks").click()
        await expect(page.locator(".exchange summary")).to_contain_text("response lost")
        await page.get_by_role("tab", name="Faults").click()
        await page.get_by_role("button", name="Turn everything off").click()
        await expect(other.locator("#fault-pill")).to_be_hidden()


async def test_the_clock_moves_forward_on_every_open_page(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = text(f"<t:{int(bot.play.world.now().timestamp()) + 2 * 86_400 + 1800}:R>")
    async with opened() as page, opened(BOB) as other:
        await use(page, "/show ", "Enter")
        await expect(last(page)).to_contain_text("in 2 days")
        await other.locator("#open-panel").click()
        await other.get_by_role("tab", name="Clock").click()
        shown = await other.locator("#clock-time").text_content()
        await other.get_by_role("button", name="+1 day").click()
        await expect(last(page)).to_contain_text("tomorrow")
        await expect(other.locator("#clock-time")).not_to_have_text(shown or "")
