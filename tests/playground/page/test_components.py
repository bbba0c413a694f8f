"""Buttons and selects of messages."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.world.cast import BOB
from tests.playground.fake_bot import FakeBot
from tests.playground.page.samples import CARD, Open, last
from tests.support.chromium import use

pytestmark = pytest.mark.browser


async def test_a_pressed_button_reaches_the_bot_and_the_message_changes_in_place(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = CARD
    sold = {"components": [{"type": 10, "content": "Sold."}], "allowed_mentions": {"parse": []}}
    bot.answers["buy"] = {"type": 7, "data": sold}
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await page.get_by_role("button", name="Buy").press("Enter")
        await expect(last(page)).to_contain_text("Sold.")
        await expect(last(page)).to_be_focused()
    assert bot.seen[-1]["data"]["custom_id"] == "buy"


async def test_choices_in_select_menus_reach_the_bot(opened: Open, bot: FakeBot) -> None:
    bot.answers |= {"show": CARD, "who": {"type": 6}, "colour": {"type": 6}}
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await page.get_by_role("button", name="For whom").press("ArrowDown")
        await page.keyboard.type("bob")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name="For whom: Bob Castell")).to_be_enabled()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert bot.seen[-1]["data"]["values"] == [str(BOB)]
        await page.get_by_role("button", name="Colours").click()
        await page.get_by_role("option", name="red").click()
        await page.get_by_role("option", name="blue").click()
        await page.get_by_role("button", name="Done").click()
        await expect(page.get_by_role("button", name="Colours: red, blue")).to_be_visible()
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    assert bot.seen[-1]["data"]["values"] == ["r", "b"]


async def test_a_failed_press_shows_under_its_message(opened: Open, bot: FakeBot) -> None:
    bot.answers |= {"show": CARD, "buy": {"type": 99}}
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await page.get_by_role("button", name="Buy").click()
        await expect(last(page).locator(".failure")).to_contain_text("This interaction failed")
        await expect(page.get_by_role("button", name="Buy")).to_be_enabled()
