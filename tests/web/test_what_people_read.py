"""What stands on pages: numbers and days as their readers write them, who paid whom, and no stray signs."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from babel import Locale
from playwright.async_api import Browser

from locales import decimal_mark, number
from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, OWNER, STRANGER
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.transactions import rows
from services.economy import corrections, payments
from tests.support.browser import browser as signed_in
from tests.support.browser import words
from tests.support.chromium import NARROW, WIDE
from tests.support.coins import give, person
from tests.support.dashboard import accessible, window
from tests.support.whole import Served, Whole
from tests.web.test_every_page import EVERYTHING, fill
from web import days

SERVER = f"/servers/{HARBOUR}"
NUMBERS = (0, 7, 999, 1000, 1234, 9999, 10_000, 12_345, 1_234_567, -4321, -54_321)
LANGUAGES = ("en-US", "pt-BR", "es-ES", "es-419")
# Signs between two things of which one is missing, and tables that are wider than what one sees of them.
_STRAY = r"""[...document.querySelectorAll("main p, main li, main li > *, main td, main h1, main dd, title")]
  .map((one) => (one.innerText || one.textContent).trim()).filter((text) => /^·|·$|·\s+·/.test(text))"""
_SPREAD = """[...document.querySelectorAll("main time")].filter((one) => {
  const before = one.previousSibling;
  return before && before.nodeType === 3 && before.textContent.includes("·") &&
    getComputedStyle(one).display === "inline-block";
}).map((one) => one.parentElement.innerText)"""
_WIDER = """[...document.querySelectorAll("main *")].filter((one) => {
  const seen = one.getBoundingClientRect();
  return seen.right > innerWidth + 1 && !one.closest(".scroll, svg, .visually-hidden");
}).slice(0, 3).map((one) => one.outerHTML.slice(0, 120))"""
_CUT = """[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => one.getAttribute("aria-label"))"""


@pytest.mark.browser
async def test_numbers_are_written_as_browsers_write_them_for_the_same_reader(browser: Browser) -> None:
    page = await browser.new_page()
    for locale in LANGUAGES:
        format_ = "([locale, numbers]) => numbers.map((one) => new Intl.NumberFormat(locale).format(one))"
        expected = await page.evaluate(format_, [locale, list(NUMBERS)])
        assert [number(one, locale) for one in NUMBERS] == expected, locale


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_decimal_mark_is_that_of_the_language(locale: str) -> None:
    symbols = Locale.parse(locale, sep="-").number_symbols["latn"]
    assert decimal_mark(locale) == symbols["decimal"]
    assert number(1_234_567, locale) == f"1{symbols['group']}234{symbols['group']}567"


async def test_spanish_pages_write_numbers_and_dates_as_spanish_does(whole: Whole) -> None:
    await give(BOB, 1234, HARBOUR)
    await give(ALICE, 12_345, HARBOUR)
    await rows("INSERT INTO users (discord_id, username, language) VALUES ($1, 'samir.h', 'es-ES')", MANAGER)
    async with signed_in(whole) as admin:
        await admin.sign_in(MANAGER)
        page = words(await admin.get(f"{SERVER}/transfers"))
    assert re.findall(r"[\d.,]*\d{3}\b(?= 🪙)", page) == ["12.345", "1234"]
    assert len(re.findall(r"\d{1,2} [a-z]{3,4}, \d\d:\d\d UTC", page)) >= 2
    assert not re.search(r"20\d\d-\d\d", page)


def test_a_time_of_another_year_names_its_year() -> None:
    now = datetime.now(UTC)
    assert str(days.brief(datetime(2020, 1, 2, 10, 5, tzinfo=UTC))) == "Jan 2, 2020, 10:05"
    assert str(now.year) not in str(days.brief(now))


async def test_the_feed_and_transfers_say_who_paid_whom(whole: Whole) -> None:
    for user_id, name in ((ALICE, "alice.moreau"), (BOB, "bobcastell")):
        await rows("INSERT INTO users (discord_id, username) VALUES ($1, $2)", user_id, name)
    await give(BOB, 100, HARBOUR)
    await payments.pay(HARBOUR, person(BOB), person(ALICE), Amount(60), "", key="pay")
    await corrections.take(HARBOUR, Actor(MANAGER, "r"), ALICE, Amount(5), "", key="take")
    async with signed_in(whole) as admin:
        await admin.sign_in(MANAGER)
        feed = words(await admin.get(SERVER))
        listed = words(await admin.get(f"{SERVER}/transfers"))
    assert "Payment bobcastell → to alice.moreau" in feed
    assert "Taken by an admin from alice.moreau by samir.h" in feed
    assert re.search(r"Payment .*bobcastell .*alice\.moreau", listed)
    assert re.search(r"Taken by an admin by samir\.h .*alice\.moreau .*Burned", listed)


async def test_plain_members_see_what_they_can_do(whole: Whole) -> None:
    async with signed_in(whole) as member:
        await member.sign_in(ALICE)
        servers = words(await member.get("/servers"))
        own = await member.follow(await member.get(SERVER))
    assert "The Harbour Open" in servers
    assert "See your coins" in servers
    assert "manage" not in servers
    assert f'<a href="{SERVER}/members/{ALICE}" aria-current="true">Your coins</a>' in own.text


@pytest.mark.browser
async def test_no_page_has_stray_signs_iso_days_or_tables_that_are_cut_off(served: Served, browser: Browser) -> None:
    await fill(served)
    for name in ("an" * 200, "on and on " * 40):
        await corrections.grant(HARBOUR, Actor(MANAGER, "r"), person(BOB), 123_456_789, name, key=name[:9])
    wrong = []
    for width in (WIDE, NARROW):
        async with window(browser, served, MANAGER, width=width) as page:
            for path in EVERYTHING:
                await page.goto(served.address + path)
                cut = await page.evaluate(_CUT) if not path.endswith("/document") else []
                cut += await page.evaluate(_WIDER)
                dates = re.findall(r"\b20\d\d-\d\d-\d\d\b", await page.locator("main").inner_text())
                dates = [] if "audit-log" in path else dates
                stray = await page.evaluate(_STRAY) + await page.evaluate(_SPREAD)
                wrong += [(path, width, cut, stray, dates)] if cut or stray or dates else []
    assert wrong == [], wrong


@pytest.mark.browser
@pytest.mark.parametrize("who", [OWNER, MANAGER, MODERATOR, ALICE, STRANGER])
async def test_the_list_of_servers_is_a_list_for_everybody(served: Served, browser: Browser, who: int) -> None:
    world = served.whole.play.world
    async with window(browser, served, who) as page:
        await page.goto(f"{served.address}/servers")
        assert await accessible(page) == {}
    world.leave(world.guilds[HARBOUR], world.bot.id)
    async with window(browser, served, who) as page:
        await page.goto(f"{served.address}/servers")
        assert await accessible(page) == {}
