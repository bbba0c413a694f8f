"""Settings on pages: what an admin changes, compares and takes back, and whom nobody overwrites unseen."""

from __future__ import annotations

import asyncio
import re

import pytest

from playground.world.cast import ALICE, CAPTAIN, GENERAL, HARBOUR, MANAGER, MODERATOR
from services import settings
from services.core.transactions import rows
from services.economy.settings import EconomySettings
from services.settings import General, history
from tests.support.browser import Browser, browser, words
from tests.support.outage import database_away
from tests.support.whole import Whole
from tests.web.settings.changing import change, economy, form

PLACE = f"/servers/{HARBOUR}/settings"


async def test_a_form_stores_what_was_changed_in_it_and_the_history_says_who(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    assert page.status_code == 200
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "1.5k", "then": "save"})
    assert answer.headers["location"] == f"{PLACE}/economy?done=saved"
    assert (await economy()).daily == 1500
    shown = words(await manager.get(f"{PLACE}/history"))
    assert "Daily pay 200 → becomes 1,500" in shown
    assert "samir.h on the dashboard" in shown
    again = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "1.5k", "then": "save"})
    assert again.headers["location"] == f"{PLACE}/economy?done=same", "a double click changes nothing twice"
    assert len((await history.page(HARBOUR)).change_sets) == 1


async def test_what_cannot_be_is_said_beside_its_field_and_nothing_that_was_typed_is_lost(
    manager: Browser,
) -> None:
    page = await manager.get(f"{PLACE}/economy")
    typed = {"daily": "lots", "work_least": "500", "symbol": "<b>gold</b>", "then": "save"}
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | typed)
    assert answer.status_code == 422
    assert re.search(
        r'id="daily"[^>]*value="lots"[^>]*aria-describedby="daily-error[^>]*aria-invalid="true"', answer.text
    )
    assert 'value="&lt;b&gt;gold&lt;/b&gt;"' in answer.text
    assert await economy() == EconomySettings()
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | typed | {"daily": "5"})
    assert answer.status_code == 422
    assert words(answer).count("The minimum pay per shift is higher than the maximum.") == 2, "beside both fields"


async def test_two_admins_who_change_different_settings_lose_nothing(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await change(fee_percent=7)
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "then": "save"})
    assert answer.status_code == 303
    found = await economy()
    assert (found.daily, found.fee_percent) == (300, 7), "an untouched field of an old form is nobody's wish"


async def test_two_admins_who_change_the_same_setting_see_both_values_first(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await change(daily=250)
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "then": "save"})
    assert answer.status_code == 409
    assert "changed this from 200 to 250 while you had this page open (#1)" in words(answer)
    assert 'value="300"' in answer.text
    assert (await economy()).daily == 250
    answer = await manager.post(f"{PLACE}/economy", data=form(answer) | {"then": "save"})
    assert answer.status_code == 303
    assert (await economy()).daily == 300


async def test_what_nobody_typed_is_not_put_back_by_saving_again_or_by_a_preview(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    await change(daily=250, fee_percent=7)
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "then": "save"})
    assert answer.status_code == 409
    await manager.post(f"{PLACE}/economy", data=form(answer) | {"then": "save"})
    found = await economy()
    assert (found.daily, found.fee_percent) == (300, 7), "only one of both was asked about"
    page = await manager.get(f"{PLACE}/economy")
    await change(fee_percent=9)
    shown = await manager.get(f"{PLACE}/economy/preview", params=form(page) | {"daily": "350"})
    await manager.post(f"{PLACE}/economy", data=form(shown) | {"then": "save"})
    found = await economy()
    assert (found.daily, found.fee_percent) == (350, 9), "looking at a preview does not make an old form a new one"


async def test_a_save_whose_answer_was_lost_is_sent_again_and_done_once(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    sent = form(page) | {"daily": "300", "then": "save"}
    answers = await asyncio.gather(*(manager.post(f"{PLACE}/economy", data=sent) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len((await history.page(HARBOUR)).change_sets) == 1


async def test_a_right_that_is_taken_while_the_page_is_open_is_gone_with_the_next_press(
    whole: Whole, manager: Browser
) -> None:
    page = await manager.get(f"{PLACE}/economy")
    member = whole.play.world.guilds[HARBOUR].members[MANAGER]
    member.role_ids.remove(CAPTAIN)
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "300", "then": "save"})
    assert answer.status_code == 403
    assert (await economy()).daily == 200


async def test_a_change_is_taken_back_and_what_came_later_is_not_lost(manager: Browser) -> None:
    await change(daily=300, fee_percent=5)
    await change(fee_percent=8)
    answer = await manager.post(f"{PLACE}/history/1/reversals")
    assert answer.status_code == 409
    assert "these settings have changed since" in words(answer)
    answer = await manager.post(f"{PLACE}/history/1/reversals", data={"partial": "true"})
    assert answer.headers["location"] == f"{PLACE}/history/3?done=reverted"
    found = await economy()
    assert (found.daily, found.fee_percent) == (200, 8)
    assert (await manager.post(f"{PLACE}/history/1/reversals", data={"partial": "true"})).status_code == 303
    assert len((await history.page(HARBOUR)).change_sets) == 3, "the second press found nothing to take back"


async def test_a_document_is_shown_planned_and_applied_exactly(manager: Browser) -> None:
    await change(daily=300)
    text = (await manager.get(f"{PLACE}/document.yaml")).text
    assert "daily: 300" in text
    wished = text.replace("daily: 300", "daily: 450")
    planned = await manager.post(f"{PLACE}/document", data={"document": wished})
    assert "Daily pay 300 → becomes 450" in words(planned)
    digest = re.findall(r'name="digest" value="(\w+)"', planned.text)[0]
    await change(fee_percent=3)
    answer = await manager.post(f"{PLACE}/document/applications", data={"document": wished, "digest": digest})
    assert answer.status_code == 409, "it is not what was planned any more"
    planned = await manager.post(f"{PLACE}/document", data={"document": wished})
    digest = re.findall(r'name="digest" value="(\w+)"', planned.text)[0]
    answer = await manager.post(f"{PLACE}/document/applications", data={"document": wished, "digest": digest})
    assert answer.status_code == 303
    assert (await economy()).daily == 450
    assert (await manager.post(f"{PLACE}/document", data={"document": "daily: [what"})).status_code == 422


async def test_ids_of_another_server_are_asked_for_one_by_one(manager: Browser) -> None:
    foreign = '{"schema": 1, "server": "77", "settings": {"general": {"log_channel_id": "123456789012345"}}}'
    answer = await manager.post(f"{PLACE}/document", data={"document": foreign})
    assert answer.status_code == 422
    assert 'name="map-123456789012345"' in answer.text
    mapped = {"document": foreign, "map-123456789012345": str(GENERAL)}
    answer = await manager.post(f"{PLACE}/document", data=mapped)
    assert "Log channel none → becomes #general" in words(answer)


async def test_roles_and_channels_are_chosen_by_name_and_the_log_channel_can_be_tried(
    whole: Whole, manager: Browser
) -> None:
    page = await manager.get(f"{PLACE}/general")
    assert "#general" in words(page)
    sent = form(page) | {"log_channel_id": str(GENERAL), "staff_role_ids": [str(CAPTAIN)], "then": "save"}
    await manager.post(f"{PLACE}/general", data=sent)
    found = await settings.of(HARBOUR, General)
    assert (found.log_channel_id, found.staff_role_ids) == (GENERAL, (CAPTAIN,))
    assert "→ becomes #general" in words(await manager.get(f"{PLACE}/history/1"))
    page = await manager.get(f"{PLACE}/general")
    key = re.findall(r'name="key" value="(\w+)"', page.text)[0]
    for _ in range(2):
        await manager.post(f"{PLACE}/test-messages", data={"key": key})
    channel = whole.play.world.channels[GENERAL]
    assert sum("requested by" in message.content for message in channel.messages.values()) == 1


async def test_a_field_that_is_sent_twice_changes_nothing(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    answer = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": ["5", "6"], "then": "save"})
    assert answer.status_code == 409
    assert await economy() == EconomySettings()
    for twice in ({"then": ["save", "draft"]}, {"version": ["0", "1"]}):
        answer = await manager.post(f"{PLACE}/economy", data=form(page) | {"daily": "5", "then": "save"} | twice)
        assert answer.status_code == 409, twice
    for path, sent in (
        ("document", {"document": ["economy: {daily: 5}", "economy: {daily: 6}"]}),
        ("document", {"document": "economy: {daily: 5}", "map-7": ["8", "none"]}),
        ("document/applications", {"document": "economy: {daily: 5}", "digest": ["a", "b"]}),
        ("draft/choices", {"mine": ["economy.daily", "economy.symbol"], "version": ["0", "1"]}),
    ):
        assert (await manager.post(f"{PLACE}/{path}", data=sent)).status_code == 409, sent
    assert await economy() == EconomySettings()
    place = f"/servers/{HARBOUR}/members/{ALICE}/grants"
    sent = {"key": "0" * 32, "coins": ["7", "1000000"], "reason": ""}
    answer = await manager.post(place, data=sent)
    assert answer.status_code == 422
    assert await rows("SELECT FROM transfers") == []


async def test_a_preview_shows_what_it_would_mean_and_stores_nothing(manager: Browser) -> None:
    page = await manager.get(f"{PLACE}/economy")
    shown = await manager.get(f"{PLACE}/economy/preview", params=form(page) | {"daily": "1000", "streak_percent": "50"})
    assert shown.status_code == 200
    assert "/daily on day 5 2,000" in words(shown)
    assert 'value="1000"' in shown.text
    assert (await economy()).daily == 200


@pytest.mark.parametrize("path", ["", "/economy", "/draft", "/history", "/document", "/document.yaml"])
@pytest.mark.parametrize(("who", "status"), [(MODERATOR, 403), (ALICE, 403)])
async def test_settings_are_for_admins(whole: Whole, who: int, status: int, path: str) -> None:
    async with browser(whole) as one:
        await one.sign_in(who)
        assert (await one.get(f"{PLACE}{path}")).status_code == status
        assert (await one.post(f"{PLACE}/economy", data={"then": "save", "version": "0"})).status_code == status


async def test_without_the_database_the_page_says_so_and_the_form_can_be_sent_again(
    manager: Browser, database: str
) -> None:
    page = await manager.get(f"{PLACE}/economy")
    sent = form(page) | {"daily": "300", "then": "save"}
    async with database_away(database):
        assert (await manager.post(f"{PLACE}/economy", data=sent)).status_code == 503
    assert (await manager.post(f"{PLACE}/economy", data=sent)).status_code == 303
    assert (await economy()).daily == 300
