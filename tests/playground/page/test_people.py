"""What different people see in the same channel."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from playground.world.cast import ALICE, BOB, STRANGER
from tests.playground.fake_bot import FakeBot, text
from tests.playground.page.samples import Open, last
from tests.support.chromium import become, use

pytestmark = pytest.mark.browser


async def test_an_ephemeral_response_is_seen_only_by_its_person_and_stays_dismissed(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = text("psst", flags=64)
    async with opened() as page, opened(BOB) as other:
        await use(page, "/show ", "Enter")
        await expect(last(page)).to_contain_text("Only you can see this")
        bot.play.say("and now?", as_=ALICE)
        await expect(last(other)).to_contain_text("and now?")
        await expect(other.get_by_text("psst")).to_have_count(0)
        await page.get_by_role("button", name="Dismiss message").click()
        await page.reload()
        await expect(last(page)).to_contain_text("and now?")
        await expect(page.get_by_text("psst")).to_have_count(0)


async def test_acting_as_someone_else_shows_what_they_can_see(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await expect(page.locator("#channels")).to_contain_text("market")
        await become(page, "Wren Aldous")
        await expect(page.locator("#channels")).to_contain_text("This person isn't in any server.")
        await expect(page.locator("#servers .rail-button")).to_have_count(1)
        await page.keyboard.type("hello")
        await expect(page.locator("#text")).to_have_value("hello")
    assert f"as={STRANGER}" in page.url


async def test_events_missed_while_disconnected_are_caught_up(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await expect(last(page)).to_contain_text("you still owe me")
        feed = bot.playground.state.playground.feed
        for _, queue in list(feed._listeners):
            feed._drop(queue)
        bot.play.say("said in the meantime", as_=BOB)
        await expect(last(page)).to_contain_text("said in the meantime")
        bot.play.say("said afterwards", as_=BOB)
        await expect(last(page)).to_contain_text("said afterwards")
