"""The leaderboard as a page: always for members, for everyone only where the server wants that."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, STRANGER
from services import settings
from services.core.transactions import rows
from services.settings import Source
from tests.support.browser import Browser, browser, words
from tests.support.coins import give
from tests.support.whole import Whole

PAGE = f"/servers/{HARBOUR}/leaderboard"
UNKNOWN = f"/servers/{HARBOUR + 1}/leaderboard"


async def publish() -> None:
    await settings.save(HARBOUR, MANAGER, {"general.public_leaderboard": True}, source=Source.DASHBOARD)


async def test_without_the_servers_wish_there_is_nothing_for_strangers(window: Browser) -> None:
    await give(BOB, 7654321, HARBOUR)
    nobody = await window.get(PAGE), await window.get(UNKNOWN)
    await window.sign_in(STRANGER)
    stranger = await window.get(PAGE), await window.get(UNKNOWN)
    for hidden, missing in (nobody, stranger):
        assert (hidden.status_code, missing.status_code) == (404, 404)
        assert "7,654,321" not in words(hidden)
        assert "Harbour" not in words(hidden)


async def test_a_public_one_is_there_for_everybody_and_leads_nowhere_else(window: Browser) -> None:
    await publish()
    await give(BOB, 70, HARBOUR)
    await give(ALICE, 90, HARBOUR)
    await rows(
        "INSERT INTO users (discord_id, username, created_at, updated_at) VALUES ($1, '<b>bob', now(), now())", BOB
    )
    page = await window.get(PAGE)
    assert page.status_code == 200
    assert "The Harbour" in words(page)
    assert words(page).index("90") < words(page).index("70")
    assert "&lt;b&gt;bob" in page.text
    assert "<b>bob" not in page.text
    assert "/members/" not in page.text
    assert 'id="live"' not in page.text
    assert (await window.get(UNKNOWN)).status_code == 404
    assert (await window.get(f"{PAGE}?page=-1")).status_code == 200
    assert (await window.get(f"{PAGE}?page=99999")).status_code == 200


async def test_members_see_their_place_and_staff_go_on_to_members(window: Browser, whole: Whole) -> None:
    await give(ALICE, 90, HARBOUR)
    await give(BOB, 70, HARBOUR)
    await window.sign_in(BOB)
    page = await window.get(PAGE)
    assert "You're at rank 2, with 70." in words(page)
    assert f"/members/{BOB}" in page.text
    assert f"/members/{ALICE}" not in page.text
    async with browser(whole) as staff:
        await staff.sign_in(MODERATOR)
        page = await staff.get(PAGE)
        assert f"/members/{ALICE}" in page.text
        assert "You have no coins here yet." in words(page)


async def test_ten_places_a_page_and_ties_share_one(window: Browser) -> None:
    for number in range(12):
        await give(1_000_000_000_000_000_000 + number, 5, HARBOUR)
    await window.sign_in(BOB)
    first, last = await window.get(PAGE), await window.get(f"{PAGE}?page=2")
    assert (first.text.count("🥇"), last.text.count("🥇")) == (10, 2)
    assert "Page 1 of 2" in words(first)
