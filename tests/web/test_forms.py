"""Forms: no answer to one repeats its effect or strands its reader, with and without scripts."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, Page, Request, expect
from starlette.routing import Route

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, STRANGER
from services.core.transactions import rows
from services.economy import earnings
from services.identity import api_keys
from tests.support.browser import browser as window_without_scripts
from tests.support.browser import words
from tests.support.coins import give
from tests.support.dashboard import window
from tests.support.whole import Served, Whole
from tests.web.test_page_matrix import place
from web.frame.endpoint import Resource
from web.routes import PAGES

SERVER = f"/servers/{HARBOUR}"
FORMS = [
    route
    for route in PAGES
    if isinstance(route, Route) and isinstance(route.endpoint, Resource) and "POST" in route.endpoint.operations
]
MENU = f'href="{SERVER}/leaderboard"'


async def test_the_address_of_every_form_can_be_opened(whole: Whole) -> None:
    await give(BOB, 5, HARBOUR)
    stranded = []
    async with window_without_scripts(whole) as admin:
        await admin.sign_in(MANAGER)
        for route in FORMS:
            answer = await admin.get(place(route.path))
            if answer.status_code == 303 and not answer.headers["location"].startswith("/login"):
                answer = await admin.follow(answer)
            if answer.status_code not in (200, 303, 404):  # of some things there is no first one here
                stranded.append((route.path, answer.status_code))
    assert len(FORMS) > 25
    assert stranded == []


async def test_no_form_is_answered_with_a_page_of_success(whole: Whole) -> None:
    await give(BOB, 5, HARBOUR)
    answered = []
    async with window_without_scripts(whole) as admin:
        await admin.sign_in(MANAGER)
        for route in FORMS:
            answer = await admin.post(place(route.path))
            if answer.status_code == 200:
                answered.append(route.path)
            elif answer.status_code != 303:
                assert 'data-page="/' in answer.text, route.path
    assert answered == []


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
async def test_a_new_key_is_made_once_however_often_its_page_is_loaded(
    served: Served, browser: Browser, scripts: bool
) -> None:
    clipboard = ["clipboard-read", "clipboard-write"]
    async with window(browser, served, MANAGER, java_script_enabled=scripts, permissions=clipboard) as page:
        await page.goto(f"{served.address}{SERVER}/keys")
        await page.get_by_label("Purpose").fill("Website")
        await page.get_by_label("Read members").check()
        await page.get_by_role("button", name="Create key").click()
        shown = page.get_by_label("Website")
        secret = await shown.input_value()
        assert await api_keys.find(secret)
        for _ in range(2):
            await page.reload()
            assert await shown.input_value() == secret
        if scripts:
            await page.get_by_role("button", name="Copy").click()
            await expect(page.get_by_role("button", name="Copied")).to_be_visible()
            assert await page.evaluate("navigator.clipboard.readText()") == secret
        await page.get_by_role("button", name="Done").click()
        await page.go_back()
        await page.reload()
        assert secret not in await page.content(), "it was copied"
    assert len(await api_keys.of(HARBOUR)) == 1


@pytest.mark.browser
async def test_a_form_that_was_refused_stays_live_and_is_not_sent_again(served: Served, browser: Browser) -> None:
    await give(BOB, 5, HARBOUR)
    async with window(browser, served, MANAGER) as page:
        his = f"{SERVER}/members/{BOB}"
        await page.goto(served.address + his)
        await page.locator("#grant").get_by_label("Amount").fill("a lot")
        async with page.expect_websocket() as opened:
            await page.locator("#grant").get_by_role("button").click()
        await (await opened.value).wait_for_event("framereceived", lambda frame: '"subscribed"' in str(frame))
        assert urlsplit(page.url).path == his
        await expect(page.locator("#grant .error")).to_be_visible()
        await give(BOB, 4711, HARBOUR)
        await expect(page.locator("#figures")).to_contain_text("4,716")
        assert await page.locator("#grant").get_by_label("Amount").input_value() == "a lot"
        assert await posts_of_a_reload(page) == []
        await expect(page.locator("#grant .error")).to_have_count(0)


@pytest.mark.browser
async def test_a_plan_can_be_loaded_again_and_is_carried_out_once(served: Served, browser: Browser) -> None:
    await give(BOB, 100, HARBOUR)
    async with window(browser, served, MANAGER) as page:
        await page.goto(f"{served.address}{SERVER}/members/{BOB}")
        await page.locator("#take").get_by_label("Amount").fill("40")
        await page.locator("#take").get_by_role("button").click()
        await expect(page.get_by_text("loses 40")).to_be_visible()
        assert await posts_of_a_reload(page) == []
        await expect(page.get_by_text("loses 40")).to_be_visible()
        await page.get_by_role("button", name="Take coins").click()
        await expect(page.get_by_text("This is the receipt.")).to_be_visible()
        assert await posts_of_a_reload(page) == []
        await page.go_back()
        await page.reload()
        await expect(page.get_by_text("This plan has already been used")).to_be_visible()
    assert (await earnings.account(HARBOUR, BOB)).balance == 60


async def posts_of_a_reload(page: Page) -> list[str]:
    """What is sent when somebody presses F5."""
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.extend([request.url] if request.method == "POST" else [])

    page.on("request", note)
    await page.reload()
    page.remove_listener("request", note)
    return sent


@pytest.mark.parametrize(
    ("who", "method", "path", "status", "menu"),
    [
        (MANAGER, "GET", f"{SERVER}/nowhere", 404, True),
        (MANAGER, "GET", f"{SERVER}/transfers/999", 404, True),
        (MANAGER, "PUT", f"{SERVER}/keys", 405, True),
        (MODERATOR, "GET", f"{SERVER}/keys", 403, True),
        (ALICE, "POST", f"{SERVER}/keys", 403, True),
        (ALICE, "GET", "/nowhere", 404, False),
        (STRANGER, "GET", f"{SERVER}/keys", 404, False),
    ],
)
async def test_a_page_that_refuses_keeps_the_menu_and_the_account(
    whole: Whole, who: int, method: str, path: str, status: int, menu: bool
) -> None:
    async with window_without_scripts(whole) as one:
        await one.sign_in(who)
        headers = {"Origin": "http://bot.test", "Sec-Fetch-Site": "same-origin"}
        answer = await one.http.request(method, path, headers=headers)
        (name,) = [row["username"] for row in await rows("SELECT username FROM users WHERE discord_id = $1", who)]
    assert (answer.status_code, MENU in answer.text) == (status, menu)
    assert f"Signed in as {name}" in words(answer)


async def test_a_stranger_at_a_wrong_address_may_sign_in(whole: Whole) -> None:
    async with window_without_scripts(whole) as one:
        answer = await one.get("/nowhere")
    assert "Sign in" in words(answer)
