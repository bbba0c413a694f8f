"""The `/` menu: headings, recent commands, and subcommands that stay collapsed."""

from __future__ import annotations

import pytest
from playwright.async_api import Page, expect

from playground.world.cast import BRUNA
from tests.playground.fake_bot import FakeBot, Json, text
from tests.playground.page.samples import Open, last
from tests.support.chromium import NARROW, use

pytestmark = pytest.mark.browser


async def listed(page: Page) -> dict[str, list[str]]:
    """The commands in the menu by heading, as a screen reader gets them."""
    menu = {}
    for group in await page.get_by_role("listbox", name="Suggestions").get_by_role("group").all():
        heading = await group.evaluate(
            "group => document.getElementById(group.getAttribute('aria-labelledby')).textContent"
        )
        labels = group.get_by_role("option").locator(".choice-label")
        menu[heading] = await labels.evaluate_all("labels => labels.map((label) => label.firstChild.textContent)")
    return menu


async def test_commands_stand_under_the_heading_of_their_area_and_others_under_the_bots_name(
    opened: Open, bot: FakeBot
) -> None:
    async with opened() as page:
        await use(page, "/")
        await expect(page.get_by_role("option").first).to_be_visible()
        assert await listed(page) == {"Economy": ["/pay", "/shop"], "Tatiana": ["/guide", "/show"]}
    async with opened(BRUNA) as page:
        await use(page, "/")
        await expect(page.get_by_role("option").first).to_be_visible()
        assert await listed(page) == {"Economia": ["/pagar", "/shop"], "Tatiana": ["/guia", "/show"]}


async def test_the_commands_used_last_come_first(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = bot.answers["shop"] = text("Here you are.")
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await expect(page.locator("#text")).to_be_focused()
        await use(page, "/shop view ", "Enter")
        await expect(page.locator("#text")).to_be_focused()
        await use(page, "/")
        await expect(page.get_by_role("option").first).to_contain_text("/shop view")
        assert (await listed(page))["Recent"] == ["/shop view", "/show"]
        await page.keyboard.press("Enter")
        await page.keyboard.press("Enter")
        await expect(last(page)).to_contain_text("used /shop view")


async def test_subcommands_stay_collapsed_until_their_command_is_typed_or_chosen(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        commands = page.locator("#suggestion-list .choice-label")
        await use(page, "/sho")
        await expect(commands).to_have_text(["/shop 2 subcommands", "/show"])
        await page.keyboard.press("Enter")
        await expect(page.locator("#text")).to_have_value("/shop ")
        await expect(commands).to_have_text(["/shop buy", "/shop view"])
        await page.keyboard.press("Escape")
        await page.fill("#text", "")
        await use(page, "/view")
        await expect(commands).to_have_text(["/shop view"])


async def test_a_hundred_commands_in_sixteen_areas_fit_a_phone(opened: Open, bot: FakeBot) -> None:
    async with opened(width=NARROW) as page:
        await bot.register(*(command(f"area{number * 16 // 100}-{number}") for number in range(100)))
        bot.playground.state.playground.headings = [
            {"name": f"Area {area}", "icon": "📦", "commands": [f"area{area}-{number}" for number in range(100)]}
            for area in range(16)
        ]
        await page.reload()
        await page.wait_for_selector("body.ready")
        await use(page, "/")
        await expect(page.get_by_role("option")).to_have_count(100)
        menu = await listed(page)
        assert len(menu) == 16
        assert menu["Area 3"][0] == "/area3-19"
        await page.keyboard.press("PageDown")
        await page.keyboard.press("PageDown")
        active = page.locator("#suggestion-list .active")
        await expect(active).to_contain_text("/area2-13")
        await expect(active).to_be_in_viewport(ratio=1)
        await expect(page.locator("#text")).to_have_attribute(
            "aria-activedescendant", await active.get_attribute("id") or ""
        )
        fits = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        assert await page.evaluate(fits)


def command(name: str) -> Json:
    """A command with a description of nearly the maximum length."""
    return {"name": name, "description": "A long description " * 5}
