"""Finding one's way in a server: the menu, the areas with their switches, and the search."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from httpx import Response

from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR
from services.core.transactions import rows
from tests.support.browser import Browser, browser, words
from tests.support.whole import Whole

SERVER = f"/servers/{HARBOUR}"


@pytest.fixture
async def admin(whole: Whole) -> AsyncIterator[Browser]:
    async with browser(whole) as one:
        await one.sign_in(MANAGER)
        yield one


def menu(page: Response) -> list[str]:
    """What the menu leads to."""
    shown = page.text.split('<nav id="menu"')[1].split("</nav>")[0]
    return re.findall(rf'href="{SERVER}([^"]*)"', shown)


def links(page: Response) -> set[str]:
    """Every way to another page of this server."""
    return set(re.findall(rf'href="({SERVER}[^"#?]*)', page.text))


async def test_the_menu_holds_sections_and_areas_as_far_as_one_may_open_them(whole: Whole, admin: Browser) -> None:
    sections = ["", "/members", "/audit-log", "/analytics", "/areas"]
    assert menu(await admin.get(f"{SERVER}/areas")) == [
        *sections,
        "/settings/general",
        "/keys",
        "/leaderboard",
        "/shop",
        "/cases",
    ]
    async with browser(whole) as moderator:
        await moderator.sign_in(MODERATOR)
        assert menu(await moderator.get(SERVER)) == [
            "",
            "/members",
            "/analytics",
            "/areas",
            "/leaderboard",
            "/shop",
            "/cases",
        ]


@pytest.mark.parametrize("who", [MANAGER, MODERATOR, ALICE])
async def test_whatever_a_menu_a_tab_or_a_card_names_opens(whole: Whole, who: int) -> None:
    async with browser(whole) as one:
        await one.sign_in(who)
        shown = await one.get(SERVER)
        if shown.status_code == 303:
            shown = await one.follow(shown)
        ways = links(shown) | links(await one.get(f"{SERVER}/areas"))
        assert len(ways) >= 4
        for path in sorted(ways):
            assert (await one.get(path)).status_code in (200, 303), path


async def test_the_page_that_is_open_is_marked_with_its_section_and_its_tab(admin: Browser) -> None:
    page = (await admin.get(f"{SERVER}/settings/history")).text
    assert f'<a href="{SERVER}/audit-log" aria-current="true">Activity</a>' in page
    assert f'<a href="{SERVER}/settings/history" aria-current="page">Settings history</a>' in page
    form = (await admin.get(f"{SERVER}/settings/economy")).text
    assert f'<a href="{SERVER}/settings/economy" aria-current="page">Settings</a>' in form
    assert f'<a href="{SERVER}/leaderboard">Leaderboard</a>' in form


async def test_an_area_that_is_turned_off_leaves_the_menu_and_comes_back(admin: Browser) -> None:
    turned = await admin.follow(await admin.post(f"{SERVER}/areas/economy/switches", data={"switch": "off"}))
    assert "Economy is now off." in words(turned)
    assert "Needs Economy." in words(turned), "the shop says why it is off too"
    assert not {"/leaderboard", "/shop"} & set(menu(turned))
    assert f'href="{SERVER}/settings/economy"' in turned.text, "what it would do can be set while it is off"
    history = await admin.get(f"{SERVER}/settings/history")
    assert "Economy on → becomes off" in words(history)
    again = await admin.follow(await admin.post(f"{SERVER}/areas/economy/switches", data={"switch": "on"}))
    assert {"/leaderboard", "/shop"} <= set(menu(again))


@pytest.mark.parametrize(
    ("area", "switch", "status"), [("karaoke", "off", 404), ("privacy", "off", 409), ("shop", "", 409)]
)
async def test_what_has_no_switch_is_not_turned_off(admin: Browser, area: str, switch: str, status: int) -> None:
    answer = await admin.post(f"{SERVER}/areas/{area}/switches", data={"switch": switch})
    assert answer.status_code == status
    assert await rows("SELECT number FROM change_sets WHERE guild_id = $1", HARBOUR) == []


async def test_the_search_finds_pages_and_settings_by_the_words_of_the_reader(admin: Browser) -> None:
    page = await admin.get(f"{SERVER}/search?q=daily+pay")
    assert f'href="{SERVER}/settings/economy#daily"' in page.text
    assert f'href="{SERVER}/settings/economy#daily"' in (await admin.get(f"{SERVER}/search?q=economy.daily")).text
    assert f'href="{SERVER}/audit-log"><strong>Audit log' in (await admin.get(f"{SERVER}/search?q=AUDIT")).text
    assert f'href="{SERVER}/areas#games"' in (await admin.get(f"{SERVER}/search?q=games")).text
    await rows("UPDATE users SET language = 'pt-BR' WHERE discord_id = $1", MANAGER)
    found = await admin.get(f"{SERVER}/search?q=auditoria+REGISTRO")
    assert f'href="{SERVER}/audit-log"><strong>Registro de auditoria' in found.text
    assert f'href="{SERVER}/keys"' in (await admin.get(f"{SERVER}/search?q=chaves+de+api")).text
    assert (
        f'href="{SERVER}/settings/history"><strong>Histórico' in (await admin.get(f"{SERVER}/search?q=historico")).text
    )


async def test_the_search_names_nothing_that_one_may_not_open(whole: Whole) -> None:
    async with browser(whole) as moderator:
        await moderator.sign_in(MODERATOR)
        assert "No page or setting matches" in words(await moderator.get(f"{SERVER}/search?q=daily"))
        assert "No page or setting matches" in words(await moderator.get(f"{SERVER}/search?q=audit"))
        assert f'href="{SERVER}/members"' in (await moderator.get(f"{SERVER}/search?q=members")).text


async def test_the_search_says_when_nothing_matches_and_offers_the_members(admin: Browser) -> None:
    page = await admin.get(f"{SERVER}/search", params={"q": "<b>zz & co"})
    assert "No page or setting matches" in words(page)
    assert "No page or setting matches" in words(await admin.get(f"{SERVER}/search?q=%25._"))
    assert "<b>" not in page.text
    assert f"{SERVER}/members?search=%3Cb%3Ezz+%26+co" in page.text or "search=%3Cb%3Ezz%20%26%20co" in page.text


async def test_groups_of_settings_can_be_closed_and_hold_every_field(admin: Browser) -> None:
    page = await admin.get(f"{SERVER}/settings/economy")
    assert page.text.count("<details") == 5
    assert re.search(
        r"<details[^>]* open>\s*<summary><h2>Daily pay</h2></summary>(?:(?!<details).)*name=\"streak_percent\"",
        page.text,
        re.DOTALL,
    )
    assert (await admin.get(f"{SERVER}/settings/areas")).headers["location"] == f"{SERVER}/areas"
