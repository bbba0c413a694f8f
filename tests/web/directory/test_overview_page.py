"""A server's first page: how it is doing, what just happened, and what needs somebody."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, STRANGER
from services import settings
from services.settings import Source
from tests.support.browser import Browser, browser, words
from tests.support.coins import give
from tests.support.whole import Whole

PAGE = f"/servers/{HARBOUR}"


async def test_who_is_not_signed_in_comes_back_here_afterwards(window: Browser) -> None:
    answer = await window.get(PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next=/servers/{HARBOUR}")
    assert (await window.sign_in(MANAGER, PAGE)).headers["location"] == PAGE


async def test_an_admin_sees_what_happened_and_who_did_it(window: Browser) -> None:
    await window.sign_in(MANAGER)
    await give(BOB, 70, HARBOUR)
    await settings.save(HARBOUR, MANAGER, {"economy.daily": 300}, source=Source.DASHBOARD)
    page = await window.get(PAGE)
    assert page.status_code == 200
    assert "Changed “Daily pay”" in words(page)
    assert "70" in words(page)
    assert f'href="{PAGE}/settings/history/1"' in page.text


async def test_a_moderator_sees_the_figures_and_no_settings(window: Browser) -> None:
    await window.sign_in(MODERATOR)
    await settings.save(HARBOUR, MANAGER, {"economy.daily": 300}, source=Source.DASHBOARD)
    page = await window.get(PAGE)
    assert page.status_code == 200
    assert "Daily pay" not in words(page)
    assert "/settings" not in page.text


async def test_members_are_led_to_their_own_page_and_strangers_nowhere(whole: Whole) -> None:
    async with browser(whole) as alice, browser(whole) as stranger:
        await alice.sign_in(ALICE)
        assert (await alice.get(PAGE)).headers["location"] == f"{PAGE}/members/{ALICE}"
        assert (await alice.get(f"{PAGE}/health")).status_code == 403
        await stranger.sign_in(STRANGER)
        assert (await stranger.get(PAGE)).status_code == 404


async def test_what_works_is_tried_on_a_page_of_its_own(window: Browser) -> None:
    await window.sign_in(MANAGER)
    page = await window.get(f"{PAGE}/health")
    assert page.status_code == 200
    assert 'id="health"' in page.text
    assert "Needs attention" in words(page)


async def test_nothing_stands_inline_and_every_file_is_kept_for_good(window: Browser) -> None:
    await window.sign_in(MANAGER)
    page = await window.get(PAGE)
    assert " style=" not in page.text
    assert "<style" not in page.text
    assert "<script>" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"]
    files = {part.split('"')[0] for part in page.text.split('"') if part.startswith("/static/")}
    assert len(files) >= 3
    for file in files:
        answer = await window.get(file)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
