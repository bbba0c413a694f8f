"""Members and their coins on pages: found, explained, and corrected exactly as it was shown."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from httpx import Response

from playground.world.cast import ALICE, BOB, CARMEN, HARBOUR, MANAGER, STRANGER
from services.core.amounts import Amount
from services.core.transactions import rows
from services.economy import earnings, payments, transfers
from services.shop import inventory
from tests.support.browser import Browser, browser, words
from tests.support.coins import give, person
from tests.support.wares import sell
from tests.support.whole import Whole
from tests.web.directory.members import HIS, PLACE, known


@pytest.fixture
async def admin(whole: Whole) -> AsyncIterator[Browser]:
    await known()
    async with browser(whole) as one:
        await one.sign_in(MANAGER)
        yield one


async def has(user_id: int) -> int:
    return (await earnings.account(HARBOUR, user_id)).balance


def hidden(page: Response, action: str) -> dict[str, str]:
    """The hidden fields of one form."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}[^"]*".*?</form>', page.text, re.DOTALL)
    assert form, action
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)"', form[0]))


async def test_members_are_found_by_name_and_by_id_and_listed_by_coins(admin: Browser) -> None:
    await give(BOB, 50, HARBOUR)
    for query in ("search=bobc", f"search={BOB}"):
        page = await admin.get(f"{PLACE}/members?{query}")
        assert f'href="{HIS}"' in page.text
        assert "alice.moreau" not in page.text
    richest = words(await admin.get(f"{PLACE}/members?sort=balance"))
    assert "bobcastell" in richest
    assert "alice.moreau" not in richest, "who has no wallet is in no order of coins"
    assert "No members match" in words(await admin.get(f"{PLACE}/members?search=zzz"))


async def test_whom_only_discord_knows_is_asked_for_separately(admin: Browser) -> None:
    page = await admin.get(f"{PLACE}/members?search=ines&everyone=1")
    assert "Found on Discord" in words(page)
    assert "inesduarte" in words(page)


async def test_who_never_used_a_command_has_a_page_all_the_same_and_can_be_given_coins(admin: Browser) -> None:
    hers = f"{PLACE}/members/{CARMEN}"
    found = await admin.get(f"{PLACE}/members?search=carmen&everyone=1")
    assert f'href="{hers}"' in found.text
    assert f'href="{hers}"' in (await admin.get(f"{PLACE}/members?search={CARMEN}")).text, "by id as well"
    page = await admin.get(hers)
    assert "Nothing to show yet" in words(page)
    answer = await admin.post(f"{hers}/grants", data=hidden(page, f"{hers}/grants") | {"coins": "many"})
    assert (answer.status_code, 'value="many"' in answer.text) == (422, True)
    await admin.post(f"{hers}/grants", data=hidden(answer, f"{hers}/grants") | {"coins": "5"})
    assert await has(CARMEN) == 5
    assert (await admin.get(f"{PLACE}/members/{STRANGER}")).status_code == 404


async def test_what_nobody_would_type_into_an_address_leads_to_the_first_page(admin: Browser) -> None:
    for query in ("after=WyJuYW1lIl0", "sort=luck", "sort=seen&after=x", "search=%00", "search=" + "x" * 500):
        assert (await admin.get(f"{PLACE}/members?{query}")).status_code == 200, query
    for query in ("kind=luck", "before=-1", "before=" + "9" * 40, "since=yesterday", "until=2026-13-01"):
        assert (await admin.get(f"{PLACE}/transfers?{query}")).status_code == 200, query
        assert (await admin.get(f"{HIS}/ledger?{query}")).status_code == 200, query
    assert (await admin.get(f"{HIS}?things=-3")).status_code == 200


async def test_names_and_reasons_of_others_stay_text(admin: Browser) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    await rows("UPDATE users SET username = $2 WHERE discord_id = $1", BOB, hostile)
    ware = await sell(hostile, guild_id=HARBOUR)
    await inventory.add(HARBOUR, BOB, ware.id, 2)
    await give(BOB, 50, HARBOUR)
    await payments.pay(HARBOUR, person(BOB), person(ALICE), Amount(5), hostile, key="hostile")
    plan = await admin.follow(await admin.post(f"{HIS}/take-plans", data={"taken": "5", "taken_for": hostile}))
    (newest,) = await transfers.listed(HARBOUR, limit=1)
    paths = (f"{PLACE}/members", HIS, f"{HIS}/ledger", f"{PLACE}/transfers", f"{PLACE}/transfers/{newest.number}")
    for page in (plan, *[await admin.get(path) for path in paths]):
        assert "<img src=x" not in page.text
        assert hostile in words(page)


async def test_a_form_that_is_sent_again_with_another_amount_means_another_gift(admin: Browser) -> None:
    sent = hidden(await admin.get(HIS), f"{HIS}/grants") | {"coins": "5"}
    for amount in ("5", "5", "6"):
        await admin.post(f"{HIS}/grants", data=sent | {"coins": amount})
    assert await has(BOB) == 11


async def test_coins_are_given_once_however_often_the_form_is_sent(admin: Browser) -> None:
    page = await admin.get(HIS)
    sent = hidden(page, f"{HIS}/grants") | {"coins": "1.5k", "reason": "Won the <b>contest</b>"}
    answers = await asyncio.gather(*(admin.post(f"{HIS}/grants", data=sent) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    (place,) = {answer.headers["location"] for answer in answers}
    assert await has(BOB) == 1500
    receipt = await admin.get(place)
    assert "Coins given. This is the receipt." in words(receipt)
    assert "Won the &lt;b&gt;contest&lt;/b&gt;" in receipt.text
    ledger = words(await admin.get(f"{HIS}/ledger"))
    assert "Granted by @" in ledger
    assert "+1,500" in ledger


async def test_an_amount_that_cannot_be_read_is_told_beside_what_was_typed(admin: Browser) -> None:
    page = await admin.get(HIS)
    answer = await admin.post(f"{HIS}/grants", data=hidden(page, f"{HIS}/grants") | {"coins": "many", "reason": "why"})
    assert answer.status_code == 422
    assert "I can't read many as an amount" in words(answer)
    assert 'value="many"' in answer.text
    assert 'value="why"' in answer.text
    answer = await admin.post(f"{HIS}/grants", data={"coins": "5"})
    assert answer.status_code == 422
    assert await has(BOB) == 0


async def test_coins_are_taken_exactly_as_the_plan_showed_or_not_at_all(admin: Browser) -> None:
    await give(BOB, 100, HARBOUR)
    plan = await admin.follow(await admin.post(f"{HIS}/take-plans", data={"taken": "half", "taken_for": "Cheated"}))
    assert "loses 50" in words(plan)
    assert "100 → 50" in words(plan)
    assert await has(BOB) == 100, "nothing has happened yet"
    sent = hidden(plan, f"{HIS}/takes")
    await give(BOB, 900, HARBOUR)
    answers = [await admin.post(f"{HIS}/takes", data=sent) for _ in range(2)]
    assert answers[0].headers["location"] == answers[1].headers["location"]
    assert await has(BOB) == 950, "fifty, as it was shown, and once"
    plan = await admin.follow(await admin.post(f"{HIS}/take-plans", data={"taken": "all"}))
    sent = hidden(plan, f"{HIS}/takes")
    await payments.pay(HARBOUR, person(BOB), person(ALICE), Amount(900), "", key="meanwhile")
    answer = await admin.post(f"{HIS}/takes", data=sent)
    assert answer.status_code == 409
    assert await has(BOB) == 50
    assert (await admin.post(f"{HIS}/take-plans", data={"taken": "9000"})).status_code == 409


async def test_a_wallet_is_frozen_after_a_plan_and_goes_on_afterwards(admin: Browser) -> None:
    refused = await admin.post(f"{HIS}/freeze-plans", data={"frozen_for": "x" * 401})
    assert (refused.status_code, "at most 400 characters" in words(refused)) == (422, True)
    plan = await admin.follow(await admin.post(f"{HIS}/freeze-plans", data={"frozen_for": "A complaint"}))
    await admin.post(f"{HIS}/freezes", data=hidden(plan, f"{HIS}/freezes"))
    page = await admin.get(HIS)
    assert "wallet frozen" in words(page)
    assert (await earnings.account(HARBOUR, BOB)).frozen
    await admin.post(f"{HIS}/thaws", data=hidden(page, f"{HIS}/thaws"))
    assert not (await earnings.account(HARBOUR, BOB)).frozen


async def test_a_transfer_is_undone_as_planned_and_only_once(admin: Browser) -> None:
    await give(BOB, 100, HARBOUR)
    paid = await payments.pay(HARBOUR, person(BOB), person(ALICE), Amount(60), "oops", key="oops")
    number = (await rows("SELECT id FROM transfers WHERE key = 'oops'"))[0]["id"]
    assert paid
    plan = await admin.follow(
        await admin.post(f"{PLACE}/transfers/{number}/reversal-plans", data={"reason": "Wrong person"})
    )
    assert "alice.moreau 60 → 0" in words(plan)
    sent = hidden(plan, f"{PLACE}/reversals")
    places = {(await admin.post(f"{PLACE}/reversals", data=sent)).headers["location"] for _ in range(2)}
    assert len(places) == 1
    assert (await has(BOB), await has(ALICE)) == (100, 0)
    assert "Reversed by receipt" in words(await admin.get(f"{PLACE}/transfers/{number}"))
    again = await admin.post(f"{PLACE}/transfers/{number}/reversal-plans", data={"reason": ""})
    assert again.status_code == 409


async def test_transfers_are_listed_by_kind_and_day_and_page_by_page(admin: Browser) -> None:
    for number in range(51):
        await give(BOB, 1000 + number, HARBOUR)
    page = words(await admin.get(f"{PLACE}/transfers"))
    assert "1,050" in page
    assert "1,000" not in page
    (older,) = re.findall(r'href="([^"]*before=\d+)"', (await admin.get(f"{PLACE}/transfers")).text)
    assert "1,000" in words(await admin.get(older.replace("&amp;", "&")))
    assert "1,050" in words(await admin.get(f"{PLACE}/transfers?kind=admins"))
    assert "Nothing of this type yet" in words(await admin.get(f"{PLACE}/transfers?kind=games"))
    today = datetime.now(UTC).date()
    assert "1,050" in words(await admin.get(f"{PLACE}/transfers?since={today}&until={today}"))
    for nothing in (f"since={today + timedelta(days=2)}", f"until={today - timedelta(days=2)}"):
        assert "Nothing of this type yet" in words(await admin.get(f"{PLACE}/transfers?{nothing}"))
    ledger = await admin.get(f"{HIS}/ledger")
    assert "+1,050" in words(ledger)
    (older,) = re.findall(r'href="([^"]*before=\d+)"', ledger.text)
    assert "+1,000" in words(await admin.get(older.replace("&amp;", "&")))


async def test_a_plan_is_good_for_whoever_saw_it_only(whole: Whole, admin: Browser) -> None:
    await give(BOB, 100, HARBOUR)
    plan = await admin.follow(await admin.post(f"{HIS}/take-plans", data={"taken": "all"}))
    sent = hidden(plan, f"{HIS}/takes")
    await rows("UPDATE plans SET actor_id = actor_id + 1")
    answer = await admin.post(f"{HIS}/takes", data=sent)
    assert answer.status_code == 409
    assert "start again" in words(answer)
    assert await has(BOB) == 100
