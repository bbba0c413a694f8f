"""Playground and dashboard are one house: one click leads over, and what is done in one is seen in the other."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from app.local import PROGRAM
from playground.world.cast import ALICE, GENERAL, HARBOUR, MANAGER, MODERATOR
from services import settings
from services.economy.settings import EconomySettings
from services.identity import sessions
from tests.support.browser import Browser, words
from tests.support.browser import browser as without_scripts
from tests.support.chromium import NARROW
from tests.support.chromium import window as playground_window
from tests.support.dashboard import window
from tests.support.whole import Served, Whole


@pytest.fixture
async def one(whole: Whole) -> AsyncIterator[Browser]:
    async with without_scripts(whole) as opened:
        yield opened


async def enter(one: Browser, whole: Whole, user_id: int, server: int = HARBOUR, **more: str) -> str:
    """Follow the link of the playground to its end: the page that one is on afterwards."""
    answer = await one.get(f"{whole.playground}/dashboard", params={"as": user_id, "server": server, **more})
    for _ in range(6):
        if answer.status_code not in (302, 303):
            break
        answer = await one.follow(answer)
    return answer.request.url.raw_path.decode()


async def test_one_click_signs_in_whoever_one_acts_as_also_after_somebody_else(whole: Whole, one: Browser) -> None:
    assert await enter(one, whole, MANAGER) == f"/servers/{HARBOUR}"
    assert len(await sessions.of(MANAGER)) == 1
    assert await enter(one, whole, ALICE) == f"/servers/{HARBOUR}/members/{ALICE}"
    assert (await sessions.of(MANAGER), len(await sessions.of(ALICE))) == ([], 1)


async def test_the_click_counts_once_and_for_the_bots_own_sign_in_alone(whole: Whole, one: Browser) -> None:
    await enter(one, whole, MANAGER)
    answer = await one.get(await one.leave())
    assert answer.status_code == 200, "the next sign-in asks again"
    assert "Authorize" in answer.text


async def test_a_program_is_never_let_in_by_itself(whole: Whole, one: Browser) -> None:
    await one.get(f"{whole.playground}/dashboard", params={"as": MANAGER, "server": HARBOUR})
    asked = parse_qs(urlsplit(await one.leave()).query) | {"redirect_uri": PROGRAM}
    answer = await one.get(f"{whole.playground}/oauth2/authorize", params=asked)
    assert answer.status_code == 200
    assert "Authorize" in answer.text


async def test_by_the_other_name_of_this_machine_the_click_works_as_well(whole: Whole, one: Browser) -> None:
    port = urlsplit(whole.playground).port
    answer = await one.get(f"{whole.playground}/?as={MANAGER}", headers={"Host": f"localhost:{port}"})
    assert answer.headers["location"] == f"{whole.playground}/?as={MANAGER}"


async def test_another_site_signs_nobody_in(whole: Whole, one: Browser) -> None:
    answer = await one.get(
        f"{whole.playground}/dashboard",
        params={"as": MANAGER, "server": HARBOUR},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.headers["location"] == "/"
    assert "set-cookie" not in answer.headers


async def test_what_is_changed_on_a_page_holds_in_discord_at_once_and_the_other_way_round(
    whole: Whole, one: Browser
) -> None:
    await enter(one, whole, MANAGER)
    place = f"/servers/{HARBOUR}/settings/economy"
    page = await one.get(place)
    version = page.text.partition('name="version" value="')[2].partition('"')[0]
    await one.post(place, data={"version": version, "daily": "777", "then": "save"})
    assert (await settings.of(HARBOUR, EconomySettings)).daily == 777
    told = await whole.play.slash("config show", as_=MANAGER)
    assert "Daily pay: **777**" in told.content
    answer = await whole.play.slash("daily", as_=ALICE)
    assert "777" in answer.content
    assert "777" in words(await one.get(f"/servers/{HARBOUR}"))
    assert "777" in words(await one.get(f"/servers/{HARBOUR}/members/{ALICE}/ledger"))


async def test_the_tour_leads_over_five_pages_and_ends(whole: Whole, one: Browser) -> None:
    assert await enter(one, whole, MANAGER, tour="1") == f"/servers/{HARBOUR}?tour=1"
    path, seen = f"/servers/{HARBOUR}?tour=1", []
    for step in range(1, 6):
        page = await one.get(path)
        assert page.status_code == 200
        assert f"Step {step} of 5" in words(page)
        strip = page.text.partition('<aside class="tour"')[2].partition("</aside>")[0]
        seen.append(urlsplit(path).path)
        path = strip.partition('href="')[2].partition('"')[0]
    assert len(set(seen)) == 5
    assert path.startswith(whole.playground)
    assert "Step" not in words(await one.get(f"/servers/{HARBOUR}?tour=6"))


async def test_the_tour_stays_while_one_tries_what_it_says_and_goes_when_one_ends_it(
    whole: Whole, one: Browser
) -> None:
    place = f"/servers/{HARBOUR}"
    await enter(one, whole, MANAGER)
    await one.get(f"{place}/settings/economy?tour=2")
    assert "Step 2 of 5" in words(await one.get(f"{place}/settings/history"))
    for elsewhere in ("", "/shop", "/audit-log", f"/members/{MANAGER}"):
        assert "Step 2 of 5" not in words(await one.get(f"{place}{elsewhere}")), "it follows nobody"
    assert "Step 2 of 5" in words(await one.get(f"{place}/settings/economy"))
    assert "Step 2 of 5" not in words(await one.get(f"{place}/settings/history?tour=end"))
    assert "Step" not in words(await one.get(f"{place}/settings/history"))


async def test_the_tour_leads_nobody_before_a_closed_door(whole: Whole, one: Browser) -> None:
    assert await enter(one, whole, MODERATOR, tour="1") == f"/servers/{HARBOUR}?tour=1"
    path = f"/servers/{HARBOUR}?tour=1"
    for step in range(1, 5):
        page = await one.get(path)
        assert f"Step {step} of 4" in words(page)
        path = page.text.partition('<aside class="tour"')[2].partition('href="')[2].partition('"')[0]
    assert await enter(one, whole, ALICE, tour="1") == f"/servers/{HARBOUR}/members/{ALICE}"
    assert "Step" not in words(await one.get(f"/servers/{HARBOUR}/members/{ALICE}"))


@pytest.mark.browser
async def test_a_person_walks_over_and_back_with_a_click_each(browser: Chromium, served: Served) -> None:
    there = served.whole.playground
    async with playground_window(browser, there, MANAGER, GENERAL) as page:
        link = page.get_by_role("link", name="Dashboard")
        await expect(link).to_have_attribute("href", f"/dashboard?as={MANAGER}&server={HARBOUR}")
    async with window(browser, served, MANAGER) as page:
        await page.goto(f"{served.address}/servers/{HARBOUR}")
        await page.get_by_role("link", name="Playground").click()
        await page.wait_for_url(f"{there}/?as={MANAGER}*")
    async with window(browser, served, None, width=NARROW) as page:
        await page.goto(f"{there}/?as={MANAGER}&channel={GENERAL}")
        await expect(page.locator("#to-dashboard")).to_be_visible()
        await page.get_by_role("link", name="Take a tour of the dashboard").click()
        await page.wait_for_url(f"{served.address}/servers/{HARBOUR}?tour=1")
