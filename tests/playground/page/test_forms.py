"""Modals: filling them in, sending them, failures and drafts."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.playground.fake_bot import FakeBot, Json, text
from tests.playground.page.samples import Open, last
from tests.support.chromium import use

pytestmark = pytest.mark.browser


def labelled(label: str, **component: Any) -> Json:
    return {"type": 18, "label": label, "component": component}


def options_named(*names: str) -> list[Json]:
    return [{"label": name, "value": name.lower()} for name in names]


FORM: Json = {
    "type": 9,
    "data": {
        "custom_id": "item",
        "title": "New item",
        "components": [
            labelled("Name", type=4, custom_id="name", style=1, min_length=2),
            labelled("Kind", type=3, custom_id="kind", options=options_named("Thing", "Role")),
            labelled("Stock", type=21, custom_id="stock", options=options_named("Ten", "Endless")),
            labelled("Days", type=22, custom_id="days", required=False, options=options_named("Saturday", "Sunday")),
            labelled("Announce it", type=23, custom_id="announce", default=True),
        ],
    },
}


async def fill_in(page: Page, name: str) -> None:
    await page.get_by_role("textbox", name="Name").fill(name)
    await page.get_by_role("button", name="Kind").click()
    await page.get_by_role("option", name="Role").click()
    await page.get_by_role("radio", name="Endless").check()
    await page.get_by_role("checkbox", name="Sunday").check()


async def test_a_form_reaches_the_bot_with_every_kind_of_field(opened: Open, bot: FakeBot) -> None:
    bot.answers |= {"show": FORM, "item": text("Made.")}
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await fill_in(page, "Rope")
        await page.get_by_role("button", name="Submit").click()
        await expect(page.locator("dialog")).to_have_count(0)
        await expect(last(page)).to_contain_text("Made.")
    sent = [label["component"] for label in bot.seen[-1]["data"]["components"]]
    assert [label.get("value", label.get("values")) for label in sent] == [
        "Rope",
        ["role"],
        "endless",
        ["sunday"],
        True,
    ]


async def test_a_form_that_fails_keeps_what_was_typed_even_when_it_is_closed(opened: Open, bot: FakeBot) -> None:
    bot.answers |= {"show": FORM, "item": {"type": 99}}
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await fill_in(page, "Rope")
        await page.get_by_role("button", name="Submit").click()
        await expect(page.locator("dialog .failure")).to_contain_text("What you typed is still here.")
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog")).to_have_count(0)
        await use(page, "/show ", "Enter")
        await expect(page.get_by_role("textbox", name="Name")).to_have_value("Rope")
        await expect(page.get_by_role("radio", name="Endless")).to_be_checked()
        bot.answers["item"] = text("Made.")
        await page.get_by_role("button", name="Submit").click()
        await expect(last(page)).to_contain_text("Made.")


async def test_an_incomplete_form_says_what_is_missing(opened: Open, bot: FakeBot) -> None:
    bot.answers["show"] = FORM
    async with opened() as page:
        await use(page, "/show ", "Enter")
        await page.get_by_role("textbox", name="Name").fill("R")
        await page.keyboard.press("Enter")
        sentences = [sentence for sentence in await page.locator(".field-wrong").all_inner_texts() if sentence]
        assert sentences == ["Write at least 2 characters.", "Choose at least 1.", "Choose one of these."]
        await expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    assert [sentence["type"] for sentence in bot.seen] == [2]
