"""Commands on the page: typing them, filling them in, sending them, and the results."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Route, expect

from playground.world.cast import BOB, BRUNA
from tests.playground.fake_bot import FakeBot, text
from tests.playground.page.samples import Open, last
from tests.support.chromium import use

pytestmark = pytest.mark.browser


def given(bot: FakeBot) -> dict[str, Any]:
    """The options of the last command that reached the bot."""
    return {option["name"]: option["value"] for option in bot.seen[-1]["data"]["options"]}


PASTE = """content => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", content);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""


async def test_a_command_is_filled_in_from_the_keyboard_alone(opened: Open, bot: FakeBot) -> None:
    bot.answers["autocomplete"] = {"type": 8, "data": {"choices": [{"name": "50 coins", "value": "50"}]}}
    bot.answers["pay"] = text("Paid.")
    async with opened() as page:
        await use(page, "/pa", "Enter")
        await page.keyboard.type("bob")
        await page.keyboard.press("Tab")
        await page.keyboard.type("50")
        await expect(page.locator("#suggestion-list .active")).to_have_text("50 coins")
        await page.keyboard.press("Enter")
        await page.keyboard.type("tim")
        await page.keyboard.press("Tab")
        await page.keyboard.type("2")
        await page.keyboard.press("Enter")
        await expect(last(page)).to_contain_text("Alice Moreau used /pay")
        await expect(last(page)).to_contain_text("Paid.")
    assert given(bot) == {"member": str(BOB), "amount": "50", "times": 2}


async def test_an_invalid_value_is_reported_at_its_option_and_nothing_is_sent(opened: Open, bot: FakeBot) -> None:
    bot.answers["autocomplete"] = {"type": 8, "data": {"choices": []}}
    async with opened() as page:
        await use(page, "/pay ", "ArrowRight")
        await page.keyboard.type("50")
        await page.locator(".more-options").click()
        await page.locator("#suggestion-list .choice", has_text="times").click()
        await page.keyboard.type("9")
        await page.keyboard.press("Enter")
        pill = page.locator(".pill")
        await expect(pill.nth(0)).to_contain_text("This option is required.")
        await expect(pill.nth(2)).to_contain_text("Enter a number from 1 to 3.")
        await expect(pill.nth(0).locator("input")).to_be_focused()
    assert [payload for payload in bot.seen if payload["type"] == 2] == []


async def test_commands_are_named_in_the_persons_language_and_found_under_it(opened: Open, bot: FakeBot) -> None:
    async with opened(BRUNA) as page:
        await use(page, "/pag")
        await expect(page.locator("#suggestion-list .choice")).to_have_text(["/pagar member amount timesPay somebody"])


async def test_backspace_deletes_a_chosen_member_as_a_unit(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await use(page, "/pay bob", "Tab", "ArrowLeft")
        member = page.locator(".pill").first
        await expect(member.locator("input")).to_be_focused()
        await expect(member.locator("input")).to_have_value("Bob Castell")
        await page.keyboard.press("End")
        await page.keyboard.press("Backspace")
        await expect(member.locator("input")).to_have_value("")
        await expect(page.locator("#suggestion-list")).to_contain_text("Carmen Ibarra")


async def test_backspace_deletes_a_mention_in_a_message_as_a_unit(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await use(page, "hello @carm", "Enter")
        await expect(page.locator("#text")).to_have_value("hello @Carmen Ibarra ")
        await page.keyboard.press("Backspace")
        await page.keyboard.press("Backspace")
        await expect(page.locator("#text")).to_have_value("hello ")


async def test_a_pasted_command_fills_in_its_options(opened: Open, bot: FakeBot) -> None:
    bot.answers["autocomplete"] = {"type": 8, "data": {"choices": []}}
    bot.answers["pay"] = text("Paid.")
    async with opened() as page:
        await page.evaluate(PASTE, f"/pay member:<@{BOB}> amount:50\n")
        await expect(page.locator(".pill.chosen input")).to_have_value("Bob Castell")
        await expect(page.locator(".pill input").nth(1)).to_have_value("50")
        await page.keyboard.press("Enter")
        await expect(last(page)).to_contain_text("Paid.")
    assert given(bot) == {"member": str(BOB), "amount": "50"}


async def test_sub_commands_are_entries_of_their_own(opened: Open, bot: FakeBot) -> None:
    bot.answers["shop"] = text("A rope.")
    async with opened() as page:
        await use(page, "/shop v", "Enter", "Enter")
        await expect(last(page)).to_contain_text("used /shop view")
        await expect(last(page)).to_contain_text("A rope.")
    assert bot.seen[-1]["data"]["options"] == [{"name": "view", "type": 1, "options": []}]


async def test_a_failure_of_the_bot_shows_in_red(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = {"type": 99}
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await expect(page.locator(".failure")).to_have_text("The application did not respond")
        await page.get_by_role("button", name="Dismiss message").click()
        await expect(page.locator(".failure")).to_have_count(0)


@pytest.mark.parametrize("pressed", ["Enter", "the button"])
async def test_a_command_typed_before_the_commands_load_is_sent_as_a_command(
    opened: Open, bot: FakeBot, pressed: str
) -> None:
    bot.answers["show"] = text("Shown.")
    here = asyncio.Event()

    async def late(route: Route) -> None:
        await here.wait()
        await route.continue_()

    async with opened() as page:
        await page.route("**/ui/commands?*", late)
        await page.reload()
        await page.wait_for_selector("body.ready")
        await use(page, "/show ")
        if pressed == "Enter":
            await page.keyboard.press("Enter")
        else:
            await page.locator("#composer button[type=submit]").click()
        here.set()
        await expect(last(page)).to_contain_text("Shown.")
        await expect(page.locator(".message", has_text="/show")).to_have_count(1)
    assert [payload["data"]["name"] for payload in bot.seen if payload["type"] == 2] == ["show"]


async def test_thinking_is_shown_until_the_response_replaces_it(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = {"type": 5}
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await expect(last(page)).to_contain_text("Tatiana is thinking…")
        await bot.webhook("PATCH", bot.seen[-1], json={"content": "Done.", "allowed_mentions": {"parse": []}})
        await expect(last(page)).to_contain_text("Done.")
        await expect(page.locator(".thinking")).to_have_count(0)


LINES = [
    ("/guide bet coinflip", {"topic": "bet coinflip"}),
    ("/guide topic:bet page:2", {"topic": "bet", "page": 2}),
    ("/guide bet page:2", {"topic": "bet", "page": 2}),
    ("/pay bob 50", {"member": str(BOB), "amount": "50"}),
    ("/pay bob 50 3", {"member": str(BOB), "amount": "50", "times": 3}),
    ('/pay "Bob Castell" 50', {"member": str(BOB), "amount": "50"}),
    ("/pay member:bob amount:1.5k", {"member": str(BOB), "amount": "1.5k"}),
]


@pytest.mark.parametrize(("line", "options"), LINES, ids=[line for line, _ in LINES])
async def test_a_pasted_line_is_sent_with_all_of_its_options(
    opened: Open, bot: FakeBot, line: str, options: dict[str, Any]
) -> None:
    bot.answers["autocomplete"] = {"type": 8, "data": {"choices": []}}
    bot.answers["guide"] = bot.answers["pay"] = text("Here you are.")
    async with opened() as page:
        await page.focus("#text")
        await page.keyboard.insert_text(line)
        await page.keyboard.press("Enter")
        await expect(last(page)).to_contain_text("Here you are.")
    assert given(bot) == options


async def test_text_typed_after_a_command_is_sent_too(opened: Open, bot: FakeBot) -> None:
    bot.answers["guide"] = text("Here you are.")
    async with opened() as page:
        await use(page, "/guide bet coinflip", "Enter")
        await expect(last(page)).to_contain_text("Here you are.")
    assert given(bot) == {"topic": "bet coinflip"}


async def test_text_without_an_option_is_reported_and_nothing_is_sent(opened: Open, bot: FakeBot) -> None:
    async with opened() as page:
        await page.focus("#text")
        await page.keyboard.insert_text("/shop view everything")
        await page.keyboard.press("Enter")
        await expect(page.locator(".command-trouble")).to_have_text("No option is left for “everything”.")
        await expect(page.locator(".more-options")).to_have_value("everything")
    assert [payload for payload in bot.seen if payload["type"] == 2] == []


async def test_a_pasted_line_can_use_option_names_in_the_persons_language(opened: Open, bot: FakeBot) -> None:
    bot.answers["guide"] = text("Aqui.")
    async with opened(BRUNA) as page:
        await page.focus("#text")
        await page.keyboard.insert_text("/guia assunto:apostas")
        await page.keyboard.press("Enter")
        await expect(last(page)).to_contain_text("Aqui.")
    assert given(bot) == {"topic": "apostas"}
