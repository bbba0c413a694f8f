"""The menus of people and messages."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.world.cast import BOB
from tests.playground.fake_bot import FakeBot, text
from tests.playground.page.samples import Open, last

pytestmark = pytest.mark.browser


async def test_a_persons_menu_has_the_registered_commands(opened: Open, bot: FakeBot) -> None:
    bot.answers["Profile"] = text("Bob, a sailor.")
    async with opened() as page:
        await page.locator(".member", has_text="Bob Castell").click(button="right")
        await page.get_by_role("menuitem", name="Profile").click()
        await expect(last(page)).to_contain_text("Bob, a sailor.")
    assert bot.seen[-1]["data"]["target_id"] == str(BOB)


async def test_a_messages_menu_opens_from_the_keyboard(opened: Open, bot: FakeBot) -> None:
    bot.answers["Report"] = text("Reported.", flags=64)
    async with opened() as page:
        spoken = await last(page).get_attribute("data-message")
        await last(page).focus()
        await page.keyboard.press("ArrowUp")
        await page.keyboard.press("ArrowDown")
        await last(page).get_by_role("button", name="More for this").press("Enter")
        await expect(page.get_by_role("menuitem", name="Report")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(last(page)).to_contain_text("Reported.")
    assert bot.seen[-1]["data"]["target_id"] == spoken
