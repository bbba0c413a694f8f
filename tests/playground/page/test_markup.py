"""Text that people and bots wrote."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.world.cast import BOB
from tests.playground.fake_bot import FakeBot
from tests.playground.page.samples import MARKED, Open, last

pytestmark = pytest.mark.browser


async def test_text_of_strangers_never_becomes_markup(opened: Open, bot: FakeBot) -> None:
    nasty = "<img src=x onerror=alert(1)> <b>bold</b> [go](javascript:alert(1)) <javascript:alert(1)>"
    async with opened() as page:
        bot.play.say(nasty, as_=BOB)
        written = last(page).locator(".message-text")
        await expect(written).to_have_text(nasty)
        assert await written.locator("img, b, script, a").count() == 0


async def test_discords_markup_looks_as_on_discord(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        for source, where, shown in MARKED:
            bot.play.say(source, as_=BOB)
            element = last(page).locator(f".message-text {where}").first
            await expect(element).to_have_text(shown, use_inner_text=where != ".spoiler.covered")


async def test_characters_that_are_not_markup_stay_as_typed(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        for plain in ("snake_case_name", "2 * 3 * 4", r"\*stars\*", "**open", "<t:99999999999999:R>", "``"):
            bot.play.say(plain, as_=BOB)
            shown = plain.replace("\\", "")
            await expect(last(page).locator(".message-text")).to_have_text(shown)
            assert await last(page).locator("em, strong, code, time.stamp").count() == 0


async def test_a_relative_time_updates_itself(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await page.clock.install()
        await page.reload()
        now = int(await page.evaluate("Date.now() / 1000"))
        bot.play.say(f"<t:{now + 65}:R>", as_=BOB)
        await expect(last(page).locator(".stamp")).to_have_text("in 1 minute")
        await page.clock.fast_forward("02:10")
        await expect(last(page).locator(".stamp")).to_have_text("1 minute ago")
