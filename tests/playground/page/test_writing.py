"""Messages on the page: typing from anywhere, and editing one's own."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.world.cast import ALICE, BOB
from tests.playground.fake_bot import FakeBot
from tests.playground.page.samples import Open, last
from tests.support.chromium import NARROW, use

pytestmark = pytest.mark.browser


async def test_typing_anywhere_goes_to_the_composer(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await last(page).focus()
        await page.keyboard.type("hello")
        await expect(page.locator("#text")).to_have_value("hello")
        await page.fill("#text", "")
        await use(page, "/pay bob", "Tab")
        await page.locator("#theme").focus()
        await page.keyboard.type("50")
        await expect(page.locator(".pill input").nth(1)).to_have_value("50")


async def test_typing_in_an_open_menu_stays_there(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await last(page).click(button="right")
        await expect(page.get_by_role("menuitem", name="Report")).to_be_focused()
        await page.keyboard.type("c")
        await expect(page.get_by_role("menuitem", name="Copy text")).to_be_focused()
        await expect(page.locator("#text")).to_have_value("")


async def test_the_up_arrow_edits_ones_own_last_message(opened: Open, bot: FakeBot) -> None:
    async with opened() as page, opened(BOB) as other:
        bot.play.say(f"hello <@{BOB}>", as_=ALICE)
        bot.play.say("good morning", as_=BOB)
        await expect(last(page)).to_contain_text("good morning")
        await use(page, "", "ArrowUp")
        await expect(page.get_by_label("Edit message")).to_have_value("hello @Bob Castell")
        await page.keyboard.type(", welcome")
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_be_focused()
        for window in (page, other):
            message = window.locator(".message", has_text="hello")
            await expect(message).to_contain_text("hello @Bob Castell, welcome")
            await expect(message.locator(".edited")).to_have_text("(edited)")


async def test_escape_leaves_a_message_as_it_was(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        bot.play.say("hello", as_=ALICE)
        await expect(last(page)).to_contain_text("hello")
        await use(page, "", "ArrowUp")
        await page.keyboard.type(" again")
        await page.keyboard.press("Escape")
        await expect(page.locator("#text")).to_be_focused()
        await expect(last(page).locator(".message-text")).to_have_text("hello")
        await use(page, "", "ArrowUp")
        await expect(page.get_by_label("Edit message")).to_have_value("hello")


async def test_on_a_phone_a_message_is_edited_from_its_menu(opened: Open, bot: FakeBot) -> None:
    async with opened(width=NARROW) as page:
        bot.play.say("hello", as_=ALICE)
        await page.locator(".message", has_text="hello").get_by_role("button", name="More for").click()
        await page.get_by_role("menuitem", name="Edit message").click()
        await page.get_by_label("Edit message").fill(" ")
        await page.get_by_role("button", name="save").click()
        await expect(page.locator(".editor")).to_contain_text("A message can't be empty.")
        await page.get_by_label("Edit message").fill("goodbye")
        await page.get_by_role("button", name="save").click()
        await expect(last(page).locator(".message-text")).to_contain_text("goodbye")
