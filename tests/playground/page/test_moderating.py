"""Moderating by hand on the page, and what the members concerned see."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from playground.world.cast import ALICE, BOB, HARBOUR, KEEPER, MANAGER, MODERATOR, SAILOR
from tests.playground.fake_bot import FakeBot
from tests.playground.page.samples import Open
from tests.support.chromium import NARROW

pytestmark = pytest.mark.browser


async def moderate(page: Page, person: str, entry: str, **choices: str) -> None:
    """Open the person's menu, choose an entry and confirm its dialog."""
    await page.locator("#members").get_by_role("button", name=person).click()
    await page.get_by_role("menuitem", name=f"{entry}…").click()
    dialog = page.get_by_role("dialog")
    for label, value in choices.items():
        field: Any = dialog.get_by_label(label.replace("_", " "))
        if value in ("check", "uncheck"):
            await field.set_checked(value == "check")
        elif await field.evaluate("field => field.tagName") == "SELECT":
            await field.select_option(value)
        else:
            await field.fill(value)
    await dialog.get_by_role("button", name=entry).click()
    await expect(dialog).to_have_count(0)


async def test_a_timeout_by_hand_silences_the_member_until_it_is_removed(opened: Open, bot: FakeBot) -> None:
    async with opened(MODERATOR) as page, opened(BOB) as other:
        await moderate(page, "Bob Castell", "Timeout", Duration="1 hour", Reason="Shouting")
        await expect(page.locator("#members")).to_contain_text("timed out")
        await expect(other.locator("#text")).to_be_disabled()
        await expect(other.locator("#warning")).to_contain_text("You are timed out until ")
        assert bot.play.world.guilds[HARBOUR].audit_log[-1].reason == "Shouting"
        await moderate(page, "Bob Castell", "Remove timeout")
        await expect(other.locator("#text")).to_be_enabled()
        await expect(other.locator("#warning")).to_be_hidden()


async def test_a_banned_person_learns_it_and_comes_back_after_an_unban(opened: Open, bot: FakeBot) -> None:
    async with opened(MANAGER) as page, opened(BOB) as other:
        await moderate(page, "Bob Castell", "Ban", Delete_messages="Previous 24 hours", Reason="Spam")
        await expect(other.locator("#toast")).to_have_text("You are no longer in The Harbour: you have been banned.")
        await expect(other.locator("#channels")).to_contain_text("Bob Castell is banned from The Harbour.")
        await expect(page.locator("#message-list")).not_to_contain_text("Is the market open yet?")
        await moderate(page, "Bob Castell", "Unban")
        await other.get_by_role("button", name="Join The Harbour").click()
        await expect(other.locator("#servers .rail-button")).to_have_count(2)
        await expect(page.locator("#members")).not_to_contain_text("Banned")
    assert BOB in bot.play.world.guilds[HARBOUR].members


async def test_roles_are_changed_by_hand(opened: Open, bot: FakeBot) -> None:
    async with opened(MANAGER) as page:
        await moderate(page, "Bob Castell", "Change roles", Lighthouse_Keeper="check", Sailor="uncheck")
    assert bot.play.world.guilds[HARBOUR].members[BOB].role_ids == [KEEPER]
    assert bot.play.world.guilds[HARBOUR].members[ALICE].role_ids == [SAILOR]


async def test_members_have_no_moderation_in_their_menus(opened: Open) -> None:
    async with opened(ALICE) as page:
        await page.locator("#members").get_by_role("button", name="Bob Castell").click()
        await expect(page.get_by_role("menuitem", name="Mention")).to_be_visible()
        await expect(page.get_by_text("Moderate by hand")).to_have_count(0)


async def test_direct_messages_are_closed_and_opened_on_the_page(opened: Open, bot: FakeBot) -> None:
    async with opened(BOB, width=NARROW) as page:
        await page.get_by_role("button", name="Servers and channels").click()
        await page.get_by_role("button", name="Direct messages with Tatiana").click()
        await page.get_by_role("button", name="Servers and channels").click()
        box = page.get_by_label("Accept direct messages from server members")
        await expect(box).to_be_checked()
        await box.uncheck()
        await expect(box).not_to_be_checked()
    assert not bot.play.world.users[BOB].takes_dms
