"""Drafts on pages: changes that are collected, overtaken, applied together or dropped."""

from __future__ import annotations

import asyncio
import re

from playground.world.cast import HARBOUR, MANAGER
from services import settings
from services.core.transactions import rows
from services.settings import General, drafts
from tests.support.browser import Browser, words
from tests.web.settings.changing import change, economy, form

PLACE = f"/servers/{HARBOUR}/settings"


async def test_a_draft_collects_over_pages_and_is_applied_as_one_change(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "then": "draft"})
    page = await manager.get(f"{PLACE}/general")
    await manager.post(f"{PLACE}/general", data=form(page) | {"public_leaderboard": "true", "then": "draft"})
    assert (await economy()).daily == 200, "nothing is in force yet"
    review = words(await manager.get(f"{PLACE}/draft"))
    assert "Daily pay 200 → becomes 300" in review
    assert "Public leaderboard off → becomes on" in review
    answers = [await manager.post(f"{PLACE}/draft/applications") for _ in range(2)]
    assert answers[0].headers["location"] == f"{PLACE}/history/1?done=applied"
    assert answers[1].headers["location"] == f"{PLACE}/history", "there is nothing left to apply"
    assert (await economy()).daily == 300
    assert (await settings.of(HARBOUR, General)).public_leaderboard
    assert await rows("SELECT FROM change_drafts") == []


async def test_a_draft_that_somebody_overtook_asks_whose_value_shall_stay(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "fee_percent": "4", "then": "draft"})
    await change(daily=250, fee_percent=9)
    assert (await manager.post(f"{PLACE}/draft/applications")).status_code == 409
    review = await manager.get(f"{PLACE}/draft")
    assert "changed some of the same settings" in words(review)
    version = re.findall(r'name="version" value="(\d+)"', review.text)[0]
    await manager.post(f"{PLACE}/draft/choices", data={"mine": "economy.daily", "version": version})
    assert (await manager.post(f"{PLACE}/draft/applications")).status_code == 303
    found = await economy()
    assert (found.daily, found.fee_percent) == (300, 9)


async def test_a_choice_counts_for_what_was_seen_and_drops_nothing_else(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "fee_percent": "4", "then": "draft"})
    await change(daily=250)
    review = await manager.get(f"{PLACE}/draft")
    version = re.findall(r'name="version" value="(\d+)"', review.text)[0]
    await change(fee_percent=9)
    await manager.post(f"{PLACE}/draft/choices", data={"mine": "economy.daily", "version": version})
    asked = words(await manager.get(f"{PLACE}/draft"))
    assert "Daily pay 250 → becomes 300" in asked
    assert "Use mine instead: 4" in asked, "the later change is a question of its own"


async def test_what_one_did_oneself_or_what_went_back_is_no_question(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "fee_percent": "4", "then": "draft"})
    await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "250", "then": "save"})
    await change(fee_percent=9)
    await change(fee_percent=0)
    assert "Someone else" not in words(await manager.get(f"{PLACE}/draft"))
    assert (await manager.post(f"{PLACE}/draft/applications")).status_code == 303
    found = await economy()
    assert (found.daily, found.fee_percent) == (300, 4)


async def test_a_draft_that_fits_no_more_says_so_where_it_can_be_dropped(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await manager.post(f"{PLACE}/economy", data=form(page) | {"work_least": "55", "then": "draft"})
    await change(work_most=30)
    answer = await manager.post(f"{PLACE}/draft/applications")
    assert answer.status_code == 422
    assert "The minimum pay per shift is higher than the maximum." in words(answer)
    assert "Discard draft" in words(answer)


async def test_adding_and_applying_at_once_wait_for_each_other_and_lose_nothing(manager: Browser) -> None:
    for daily in range(300, 310):
        version = (await settings.now(HARBOUR)).version
        await drafts.keep(HARBOUR, MANAGER, version, {"economy.daily": daily})
        await asyncio.gather(
            drafts.apply(HARBOUR, MANAGER),
            drafts.keep(HARBOUR, MANAGER, version, {"economy.fee_percent": daily - 299}),
            drafts.apply(HARBOUR, MANAGER),
        )
        await drafts.apply(HARBOUR, MANAGER)
        found = await economy()
        assert (found.daily, found.fee_percent) == (daily, daily - 299)


async def test_a_dropped_draft_changes_nothing(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "then": "draft"})
    await manager.post(f"{PLACE}/draft/removals")
    assert "Your draft is empty" in words(await manager.get(f"{PLACE}/draft"))
    assert (await economy()).daily == 200
