"""The pages around a server: the first one, the list, the log, keys, one's own data, and what is not there yet."""

from __future__ import annotations

import re

import pytest

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, OWNER, SAILOR, STRANGER
from services import permissions, settings
from services.core import audit
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.transactions import rows
from services.economy import audit_runs, corrections, reversals
from services.identity import api_keys
from services.permissions import Kind, Target
from services.privacy import erasure
from services.protection.scopes import AUDIT_READ
from services.settings import Source
from services.shop import items
from tests.support.browser import Browser, browser, words
from tests.support.coins import person
from tests.support.signing_in import wipe
from tests.support.wares import sell, typed_item
from tests.support.whole import HOME, Whole
from web.frame import rate_limits

PLACE = f"/servers/{HARBOUR}"


async def test_the_first_page_says_what_she_is_and_where_to_go(window: Browser) -> None:
    page = await window.get("/")
    assert page.status_code == 200
    assert "never loses a coin" in words(page)
    assert f'<link rel="canonical" href="{HOME}/">' in page.text
    assert 'href="/login"' in page.text
    assert re.search(r'<meta name="description" content="[^"]{50,}"', page.text)
    await window.sign_in(ALICE)
    assert 'href="/servers"' in (await window.get("/")).text


async def test_search_engines_are_told_what_is_for_everybody(window: Browser) -> None:
    answer = await window.get("/robots.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "Disallow: /login\n" in answer.text
    assert "Disallow: /api/v1/\n" in answer.text


async def test_a_person_finds_the_servers_they_manage_and_those_they_are_in(whole: Whole) -> None:
    async with browser(whole) as one:
        await one.sign_in(MODERATOR)
        page = await one.get("/servers")
        managed, _, others = words(page).partition("Servers you're a member of")
        assert "Open Praça do Sol" in managed
        assert "Open The Harbour" in others
        assert "Audit log" not in words(await one.get(PLACE)), "which opens what a moderator may see"


async def test_the_log_says_in_words_who_did_what_to_whom(manager: Browser) -> None:
    await rows("INSERT INTO users (discord_id, username) VALUES ($1, 'bobcastell')", BOB)
    await corrections.grant(HARBOUR, Actor(MANAGER, "r1"), person(BOB), 5, "<i>for help</i>", key="g")
    await settings.save(HARBOUR, OWNER, {"economy.daily": 300}, source=Source.COMMAND)
    await audit.record(HARBOUR, 0, "something.new", "thing", {"how": "so"})
    shown = words(await manager.get(f"{PLACE}/audit-log"))
    assert "Gave coins · bobcastell" in shown
    assert "Changed settings · #1" in shown
    assert "Daily pay 200 → 300" in shown
    assert "Receipt #1" in shown
    assert "something.new · thing" in shown, "what this release does not know is called by its name"
    page = await manager.get(f"{PLACE}/audit-log?kind=economy&actor={MANAGER}")
    assert "Gave coins" in words(page)
    assert "Changed settings" not in words(page)
    assert "&lt;i&gt;for help&lt;/i&gt;" in page.text
    page = await manager.get(f"{PLACE}/audit-log?kind=settings")
    assert "Changed settings" in words(page)
    assert "Gave coins" not in words(page)


async def test_everything_that_admins_do_has_words_in_the_log(manager: Browser) -> None:
    boss = Actor(MANAGER, "r1")
    await corrections.grant(HARBOUR, boss, person(BOB), 50, "", key="g")
    await corrections.take(HARBOUR, boss, BOB, Amount(5), "", key="t")
    await corrections.freeze(HARBOUR, boss, BOB, "")
    await corrections.unfreeze(HARBOUR, boss, BOB, "")
    plan = await reversals.plan(HARBOUR, boss, 1, "")
    await reversals.confirm(HARBOUR, boss, plan.id, key="r")
    ware = await sell(guild_id=HARBOUR)
    await items.change(HARBOUR, boss, ware.id, typed_item("Rope", "Strong", "25", ""), None, 0)
    await items.archive(HARBOUR, boss, ware.id)
    for allowed in (True, False):
        await permissions.put(HARBOUR, boss, "daily", Target(Kind.ROLE, SAILOR), allowed=allowed)
    await permissions.drop(HARBOUR, boss, "daily", None)
    await audit_runs.ask(HARBOUR, MANAGER)
    key, _ = await api_keys.create(HARBOUR, MANAGER, "Web", frozenset({AUDIT_READ}))
    await api_keys.revoke(HARBOUR, MANAGER, key.id)
    shown = words(await manager.get(f"{PLACE}/audit-log"))
    assert re.findall(r"\b(?:economy|command_rules|api_key|settings|guild)\.\w+", shown) == []
    for told in ("Price 10 → 25", "Blocked a command · /daily", "For @Sailor", "Archived an item", "Reversed a"):
        assert told in shown


async def test_a_key_is_shown_once_and_revoked_after_a_second_thought(manager: Browser) -> None:
    sent = {"key": "0" * 32, "name": "Web <shop>", "scopes": ["economy:read"], "days": "30"}
    answers = [await manager.post(f"{PLACE}/keys", data=sent) for _ in range(2)]
    pages = [await manager.follow(answer) for answer in answers]
    assert pages[0].headers["cache-control"] == "no-store"
    (secret,) = {re.findall(r'value="(tat_[^"]+)"', page.text)[0] for page in pages}
    place = str(pages[0].request.url)
    assert secret in (await manager.get(place)).text, "as long as it was not copied"
    assert (await manager.post(place)).headers["location"] == f"{PLACE}/keys"
    assert (await manager.get(place)).headers["location"] == f"{PLACE}/keys?done=gone"
    assert await api_keys.find(secret)
    listed = await manager.get(f"{PLACE}/keys")
    assert secret not in listed.text
    assert "Web &lt;shop&gt;" in listed.text
    (key,) = await api_keys.of(HARBOUR)
    assert await api_keys.find(secret), "looking does nothing"
    assert "Revoke “Web <shop>”?" in words(await manager.get(f"{PLACE}/keys/{key.id}/removal"))
    await manager.post(f"{PLACE}/keys/{key.id}/removal")
    assert await api_keys.find(secret) is None


async def test_a_key_without_a_name_or_leave_is_told_beside_its_field(manager: Browser) -> None:
    answer = await manager.post(f"{PLACE}/keys", data={"key": "0" * 32, "name": "", "days": "90"})
    assert answer.status_code == 422
    assert words(answer).count("Please fill in this field.") == 2
    assert await api_keys.of(HARBOUR) == []


async def test_a_key_needs_a_sign_in_of_these_minutes(manager: Browser) -> None:
    await rows("UPDATE sessions SET created_at = created_at - interval '11 minutes'")
    await wipe()
    sent = {"key": "0" * 32, "name": "x", "scopes": ["economy:read"]}
    answer = await manager.post(f"{PLACE}/keys", data=sent, headers={"Referer": f"{HOME}{PLACE}/keys"})
    assert answer.status_code == 303
    again = await manager.follow(answer)
    assert "nothing was done. Sign in again" in words(again)
    assert "Continue with Discord" in words(again), "even though one is signed in"
    assert await api_keys.of(HARBOUR) == []
    for path in (f"{PLACE}/keys", "/privacy"):
        page = await manager.get(path)
        assert f'href="/login/start?next={path}"' in page.text, "before anything is typed in vain"


async def test_one_asks_for_a_copy_and_to_be_forgotten_and_takes_it_back(whole: Whole) -> None:
    async with browser(whole) as one:
        await one.sign_in(ALICE)
        answer = await one.post("/privacy/exports")
        assert answer.headers["location"].startswith("/exports/")
        assert "Type DELETE" in words(await one.get("/privacy/erasure"))
        assert (await one.post("/privacy/erasure", data={"confirm": "delete"})).status_code == 422
        assert await erasure.pending(ALICE) is None
        await one.post("/privacy/erasure", data={"confirm": "DELETE"})
        assert await erasure.pending(ALICE)
        assert "All data about you will be deleted" in words(await one.get("/privacy"))
        await one.post("/privacy/erasure/cancellations")
        assert await erasure.pending(ALICE) is None


async def test_what_is_not_there_yet_has_neither_a_page_nor_an_entry_in_the_menu(manager: Browser) -> None:
    menu = (await manager.get(PLACE)).text
    for path in ("moderation", "ai"):
        assert f"{PLACE}/{path}" not in menu
        assert (await manager.get(f"{PLACE}/{path}")).status_code == 404


@pytest.mark.parametrize(("who", "status"), [(MODERATOR, 403), (ALICE, 403), (STRANGER, 404)])
async def test_the_log_and_keys_are_for_admins(whole: Whole, who: int, status: int) -> None:
    async with browser(whole) as one:
        await one.sign_in(who)
        for path in ("audit-log", "keys", "keys/1/removal"):
            assert (await one.get(f"{PLACE}/{path}")).status_code == status
        assert (await one.post(f"{PLACE}/keys", data={"name": "x", "scopes": ["economy:read"]})).status_code == status
    assert await api_keys.of(HARBOUR) == []


async def test_what_goes_wrong_is_told_on_a_page_with_what_to_do_and_a_number(window: Browser) -> None:
    lost = await window.get("/nowhere", headers={"Accept-Language": "pt-BR"})
    assert lost.status_code == 404
    assert lost.headers["x-request-id"] in words(lost)
    assert '<html lang="pt-BR">' in lost.text
    await window.sign_in(MODERATOR)
    closed = await window.get(f"{PLACE}/keys")
    assert "Only admins of this server (Manage Server) can do this." in words(closed)
    for _ in range(2 * rate_limits.READ.allowance.uses + 1):  # of two processes each counts its own
        answer = await window.get("/robots.txt")
        if answer.status_code != 200:
            break
    assert answer.status_code == 429
    assert "Try again in" in words(answer)
    assert answer.headers["x-request-id"] in words(answer)
