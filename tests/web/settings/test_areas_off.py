"""Pages and operations of an area that is off: a sentence for people, a problem for programs, and nothing is lost."""

from __future__ import annotations

import re

import pytest

from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR, STRANGER
from services import settings
from services.core import areas
from services.core.transactions import rows
from services.identity.authority import Role
from services.settings import Source
from tests.support.areas import turn
from tests.support.asking import ask_for
from tests.support.browser import browser, words
from tests.support.callers import OPERATIONS, Desk, Patient, a_minute_passes, by_token, known
from tests.support.coins import balance, give
from tests.support.examples import Whose
from tests.support.whole import Whole
from tests.web.test_page_matrix import FORMS, place
from web.frame.endpoint import Endpoint
from web.frame.page import Page

pytestmark = pytest.mark.usefixtures("unhurried")

OFF = "is turned off in this server, because Economy is."


def _needs_economy(served: Endpoint | Page) -> bool:
    area = areas.area_of(served.function.__module__)
    return area is not None and (area.name == "economy" or "economy" in area.needs)


async def test_programs_change_nothing_in_an_area_that_is_off_and_admins_can_still_read_it(desk: Desk) -> None:
    await known(desk.whole, MANAGER, HARBOUR)
    await known(desk.whole, ALICE, HARBOUR)
    admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
    member = await by_token("member", ALICE, {HARBOUR: Role.MEMBER})
    asks = [
        (operation, await ask_for(route.path, method, operation, Whose(desk.whole, HARBOUR, ALICE)))
        for route, method, operation in OPERATIONS
        if _needs_economy(operation)
    ]
    assert asks
    await turn("economy", False, HARBOUR)
    for operation, ask in asks:
        await a_minute_passes()
        answer = await desk.send(admin, ask)
        if ask.method == "GET":
            assert answer.status_code == 200, f"{operation.id}: {answer.text}"
        else:
            assert (answer.status_code, answer.json()["code"]) == (409, "area_off"), f"{operation.id}: {answer.text}"
        assert operation.rule
        if operation.rule.least is Role.MEMBER:
            assert (await desk.send(member, ask)).json()["code"] == "area_off", operation.id


async def test_what_was_done_before_is_answered_as_before_and_what_was_refused_is_done_later(desk: Desk) -> None:
    await known(desk.whole, MANAGER, HARBOUR)
    admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
    ((route, method, grant),) = [
        operation for operation in OPERATIONS if operation[2].id == "economy_corrections.grant"
    ]
    done, later = [await ask_for(route.path, method, grant, Whose(desk.whole, HARBOUR, ALICE)) for _ in range(2)]
    first = await desk.send(admin, done)
    assert first.status_code == 201
    await turn("economy", False, HARBOUR)
    assert (await desk.send(admin, done)).json() == first.json()
    assert (await desk.send(admin, later)).status_code == 409
    await turn("economy", True, HARBOUR)
    assert (await desk.send(admin, later)).status_code == 201
    assert await balance(ALICE, HARBOUR) == done.body["coins"] + later.body["coins"]


async def test_pages_of_an_area_that_is_off_say_so_and_lead_admins_to_its_switch(whole: Whole) -> None:
    whole.play._state.rates = Patient()
    await give(ALICE, 5, HARBOUR)
    await turn("economy", False, HARBOUR)
    async with browser(whole) as window:
        await window.sign_in(MANAGER)
        for path, method, page in FORMS:
            if _needs_economy(page):
                await a_minute_passes()
                answer = await (window.get if method == "GET" else window.post)(place(path))
                assert answer.status_code == 404, page.id
                assert "is turned off in this server" in words(answer), page.id
                assert f'<a class="button primary" href="/servers/{HARBOUR}/areas"' in answer.text, page.id
        shop = await window.get(f"/servers/{HARBOUR}/shop")
        assert f"Shop {OFF}" in words(shop)
        assert (await window.get(f"/servers/{HARBOUR}/audit-log")).status_code == 200


@pytest.mark.parametrize("who", [MANAGER, MODERATOR, ALICE])
async def test_pages_of_other_areas_show_no_coins_while_the_economy_is_off(whole: Whole, who: int) -> None:
    server = f"/servers/{HARBOUR}"
    paths = [f"{server}/members/{ALICE}"]
    paths += [server, f"{server}/members?sort=balance", f"{server}/analytics"] if who != ALICE else []
    await rows("INSERT INTO users (discord_id, username) VALUES ($1, 'alice.moreau')", ALICE)
    await rows("INSERT INTO user_guild_data (guild_id, user_id, name) VALUES ($1, $2, 'alice.moreau')", HARBOUR, ALICE)
    await give(ALICE, 4321, HARBOUR)
    async with browser(whole) as window:
        await window.sign_in(who)
        for path in paths:
            assert re.search("4,321|Coins", words(await window.get(path))), path
        await turn("economy", False, HARBOUR)
        for path in paths:
            page = await window.get(path)
            assert page.status_code == 200, path
            assert not re.search("4,321|🪙|Coins|Inventory|Rank|Streak", words(page)), path
            assert "/analytics/economy" not in page.text, path
        if who != ALICE:
            assert "alice.moreau" in words(await window.get(f"{server}/members?sort=balance")), "still listed, by name"
            for path in ("economy", "economy.csv"):
                refused = await window.get(f"{server}/analytics/{path}")
                assert refused.status_code == 404
                assert "Economy is turned off in this server" in words(refused)


async def test_members_are_told_who_can_turn_it_on_and_strangers_nothing(whole: Whole) -> None:
    changes = {"general.public_leaderboard": True}
    await settings.save(HARBOUR, MANAGER, changes, source=Source.COMMAND)
    await turn("economy", False, HARBOUR)
    address = f"/servers/{HARBOUR}/leaderboard"
    async with browser(whole) as window:
        assert "turned off" not in words(await window.get(address))
        await window.sign_in(ALICE)
        for path in (address, f"/servers/{HARBOUR}/shop"):
            said = words(await window.get(path))
            assert "is turned off in this server" in said
            assert "Anyone with the Manage Server permission can turn it on." in said
            assert f"/servers/{HARBOUR}/areas" not in said
        await window.sign_in(STRANGER)
        for path in (address, f"/servers/{HARBOUR}/shop"):
            assert "turned off" not in words(await window.get(path))
