"""An afternoon in the playground: people at the page, with everything behind it real."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from models import Effect
from playground.client.acting import Play
from playground.world.cast import ALICE, BOB, BRUNA, HARBOUR, KEEPER, MANAGER, MARKET
from services.core.actors import Actor
from services.core.transactions import rows
from services.shop import items
from tests.support.chromium import NARROW, WIDE, become, use, window
from tests.support.coins import balance, give
from tests.support.waiting import until
from tests.support.wares import typed_item

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("unasked")]


@pytest.fixture(params=[WIDE, NARROW], ids=["wide", "narrow"])
async def page(browser: Browser, play: Play, request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """The market, as Alice sees it."""
    async with window(browser, play._state.origin_url, ALICE, MARKET, width=request.param) as opened:
        yield opened


def last(page: Page) -> Any:
    return page.locator("#message-list .message").last


async def pick(page: Page, typed: str, meant: str) -> None:
    """Type into an option until the list offers what is meant, and take it."""
    await page.keyboard.type(typed)
    await expect(page.locator("#suggestion-list .active")).to_contain_text(meant)
    await page.keyboard.press("Tab")


async def test_three_people_spend_an_afternoon(page: Page, play: Play) -> None:
    for name in ("Bob Castell", "Bru", "Alice Moreau"):
        await become(page, name)
        await use(page, "/daily ", "Enter")
        await expect(last(page)).to_contain_text(f"@{name} earned 200")

    await use(page, "/pay ")
    await pick(page, "bob", "Bob Castell")
    await pick(page, "50", "50 coins")
    await pick(page, "ask", "ask_first")
    await pick(page, "t", "True")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Accept")).to_be_visible()
    assert await balance(ALICE, HARBOUR) == 150
    await become(page, "Bob Castell")
    await page.get_by_role("button", name="Accept").click()
    await expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    await expect(last(page)).to_contain_text("Receipt #")
    assert await balance(BOB, HARBOUR) == 250


async def test_what_an_owner_puts_into_the_shop_is_bought(page: Page, play: Play) -> None:
    await give(ALICE, 100, HARBOUR)
    await become(page, "Nora Lindqvist")
    await use(page, "/economy item create ", "Enter")
    await page.get_by_role("textbox", name="Name").fill("Rope")
    await page.get_by_role("textbox", name="Price").fill("40")
    await page.get_by_role("textbox", name="Stock").fill("two")
    await page.get_by_role("button", name="Submit").click()
    await expect(last(page)).to_contain_text("Something went wrong")
    await page.get_by_role("button", name="Try again").click()
    await expect(page.get_by_role("textbox", name="Name")).to_have_value("Rope")
    await page.get_by_role("textbox", name="Stock").fill("2")
    await page.get_by_role("button", name="Submit").click()
    await expect(page.locator("dialog")).to_have_count(0)
    await become(page, "Alice")
    await use(page, "/shop buy ")
    await pick(page, "ro", "Rope")
    await page.keyboard.press("Enter")
    await expect(last(page)).to_contain_text("used /shop buy")
    await expect(last(page)).to_contain_text("Rope")
    assert await balance(ALICE, HARBOUR) == 60


async def test_a_bet_is_placed_and_played_again(page: Page, play: Play) -> None:
    await give(ALICE, 1000, HARBOUR)
    await use(page, "/bet coinflip ")
    await pick(page, "10", "10 coins")
    await pick(page, "hea", "eads")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="Play again")).to_have_count(1)
    before = await balance(ALICE, HARBOUR)
    assert before in (990, 1010)
    await page.get_by_role("button", name="Play again").click()
    await expect(page.get_by_role("button", name="Play again")).to_have_count(2)
    assert abs(await balance(ALICE, HARBOUR) - before) == 10


async def test_a_leaderboard_is_paged_through(page: Page, play: Play) -> None:
    for rank, member in enumerate(play.recruit(12), start=1):
        await give(member, 1000 - rank, HARBOUR)
    await give(BRUNA, 5, HARBOUR)
    await use(page, "/leaderboard ", "Enter")
    await expect(last(page)).to_contain_text("Page 1 of 2")
    await expect(page.get_by_role("button", name="Back")).to_be_disabled()
    await page.get_by_role("button", name="Next").click()
    await expect(last(page)).to_contain_text("Page 2 of 2")
    await expect(last(page)).to_contain_text("#13 @Bru")


async def test_a_lost_answer_is_not_done_twice(page: Page, play: Play) -> None:
    await page.locator("#open-panel").click()
    await page.get_by_role("tab", name="Faults").click()
    await page.get_by_role("switch", name="Lose the response").check()
    await page.locator("#close-panel").click()
    await use(page, "/daily ", "Enter")
    await expect(last(page).locator(".failure")).to_contain_text("The application did not respond")
    assert await balance(ALICE, HARBOUR) == 200
    await page.locator("#fault-pill").click()
    await page.get_by_role("button", name="Turn everything off").click()
    await page.locator("#close-panel").click()
    await use(page, "/daily ", "Enter")
    await expect(last(page)).to_contain_text("You've already collected today's coins: receipt")
    assert await balance(ALICE, HARBOUR) == 200


async def test_a_click_delivered_twice_and_late_pays_once(page: Page, play: Play) -> None:
    await page.locator("#open-panel").click()
    await page.get_by_role("tab", name="Faults").click()
    await page.get_by_role("switch", name="Deliver twice").check()
    await page.get_by_role("slider", name="Slow network").fill("500")
    await expect(page.locator("[data-value=slow_ms]")).to_have_text("0.5 s")
    await page.locator("#close-panel").click()
    await use(page, "/daily ", "Enter")
    await expect(last(page)).to_contain_text("earned 200")
    assert await page.locator(".message", has_text="earned 200").count() == 1
    assert await balance(ALICE, HARBOUR) == 200


async def test_a_role_that_is_bought_arrives_once_discord_stops_refusing(page: Page, play: Play) -> None:
    await give(ALICE, 100, HARBOUR)
    await items.create(HARBOUR, Actor(MANAGER, "r"), typed_item("Lamp", "", "40", ""), Effect.ROLE, KEEPER)
    await discord_refuses(page, too_many="0.3", broken="1")
    await use(page, "/shop buy ")
    await pick(page, "lamp", "Lamp")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Receipt #").last).to_be_visible()
    # Every call is refused, so this does not hang on chance.
    await until(_given_up_for_now, 60)
    assert not await _has(play, ALICE, KEEPER)
    await discord_refuses(page, too_many="0", broken="0")
    await until(lambda: _has(play, ALICE, KEEPER), 40)
    assert await balance(ALICE, HARBOUR) == 60


async def discord_refuses(page: Page, *, too_many: str, broken: str) -> None:
    """Set the two switches of refusals, from 0 to 1."""
    await page.locator("#open-panel").click()
    await page.get_by_role("tab", name="Faults").click()
    await page.get_by_role("slider", name="Too many requests").fill(too_many)
    await page.get_by_role("slider", name="Server errors").fill(broken)
    await expect(page.locator("[data-value=server_errors]")).to_have_text("100%" if broken == "1" else "off")
    await page.locator("#close-panel").click()


async def _given_up_for_now() -> bool:
    return bool(await rows("SELECT FROM jobs WHERE kind = 'shop.give_role' AND error IS NOT NULL"))


async def _has(play: Play, user_id: int, role_id: int) -> bool:
    return role_id in play.world.guilds[HARBOUR].members[user_id].role_ids
