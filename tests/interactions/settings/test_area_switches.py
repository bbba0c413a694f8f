"""An area that is turned off is silent, says who can turn it on, and comes back as it was."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from services.core import areas, audit, transactions
from services.core.amounts import Amount
from services.core.worker import Task
from services.economy import offers
from services.protection import log_lines
from services.settings import cache, storage
from tests.support.areas import turn
from tests.support.bot import ALICE, BOB, GUILD, MANAGER, OTHER_GUILD, Answer, Bot
from tests.support.coins import balance, give, person

# The app connects while it already answers; what is looked up here must not be earlier than that.
pytestmark = pytest.mark.usefixtures("unhurried", "database")

OFF = "Games is turned off in this server."


async def _choose(bot: Bot, shown: Answer, value: str, by: int = MANAGER) -> Answer:
    (menu,) = shown.components
    return await bot.send(bot.pressed(menu["custom_id"], by=by, on=shown, values=[value]))


def _task(kind: str, payload: dict[str, Any]) -> Task:
    return Task(1, GUILD, kind, payload, attempt=1, last=False, worker=uuid4())


async def test_commands_buttons_and_suggestions_of_an_area_that_is_off_do_nothing(bot: Bot) -> None:
    await give(ALICE, 1000)
    played = await bot.slash("bet coinflip", amount="50", side="heads")
    left = await balance(ALICE)
    await turn("games", False)
    for answer in (
        await bot.slash("bet coinflip", amount="50", side="heads"),
        await bot.slash("bet odds"),
        await bot.press(played.button("Play again"), on=played),
    ):
        assert answer.content == f"{OFF} Anyone with the Manage Server permission can turn it on."
        assert answer.private
    assert (await bot.complete("bet coinflip", "amount", "")).choices == []
    assert await balance(ALICE) == left
    await turn("games", True)
    assert "bet **50**" in (await bot.press(played.button("Play again"), on=played)).content


async def test_a_form_that_was_open_is_not_accepted_once_its_area_is_off(bot: Bot) -> None:
    form = await bot.slash("economy item create", by=MANAGER)
    await turn("shop", False)
    made = await bot.submit(form, {"name": "Rope", "description": "", "price": "5", "stock": ""}, by=MANAGER)
    assert made.content.startswith("Shop is turned off in this server.")


async def test_another_server_keeps_it(bot: Bot) -> None:
    await turn("games", False)
    assert "pays" in (await bot.slash("bet odds", guild=OTHER_GUILD)).content


async def test_admins_are_told_where_to_turn_it_on(bot: Bot) -> None:
    await turn("games", False)
    told = (await bot.slash("bet odds", by=MANAGER)).content
    assert told.startswith(f"{OFF} Turn it on with `/config areas` or [on the dashboard](<")
    assert f"/servers/{GUILD}/areas" in told


async def test_without_the_economy_the_shop_says_why_it_is_off(bot: Bot) -> None:
    await turn("economy", False)
    assert "Shop is turned off in this server, because Economy is." in (await bot.slash("shop view")).content


async def test_admins_turn_areas_off_and_on_in_one_menu_and_others_can_not(bot: Bot) -> None:
    shown = await bot.slash("config areas", by=MANAGER)
    optional = sum(area.optional for area in areas.declared())
    assert shown.private
    assert shown.content.count("is on") == optional
    without = await _choose(bot, shown, "economy:off")
    assert "**Games** is off, because Economy is" in without.content
    assert "**Economy** is off" in without.content
    assert "Economy is turned off" in (await bot.slash("balance")).content
    again = await _choose(bot, shown, "economy:off")
    assert "**Economy** is off" in again.content, "the same choice again turns nothing back on"
    assert (await _choose(bot, without, "economy:on")).content.count("is on") == sum(
        area.optional for area in areas.declared()
    )
    assert "You have" in (await bot.slash("balance")).content
    assert "Manage Server" in (await bot.slash("config areas")).content
    assert "can use this" in (await _choose(bot, shown, "games:off", by=ALICE)).content


async def test_the_audit_log_and_the_log_channel_say_it_in_a_sentence(bot: Bot) -> None:
    await _choose(bot, await bot.slash("config areas", by=MANAGER), "games:off")
    await bot.slash("config set", by=MANAGER, module="areas", key="games", value="on")
    on, off = await audit.page(GUILD)
    assert "**Turned off Games**" in log_lines.line(off, GUILD, "en-US")
    assert "**Desactivó Juegos**" in log_lines.line(off, GUILD, "es-ES")
    assert "**Turned on Games**" in log_lines.line(on, GUILD, "en-US")


async def test_coins_in_an_offer_come_back_though_the_economy_is_off(bot: Bot) -> None:
    await give(ALICE, 100)
    made = await offers.offer(GUILD, person(ALICE), person(BOB), Amount(60), "rent", key="hold")
    await turn("economy", False)
    await areas.jobs()[offers.EXPIRE](_task(offers.EXPIRE, {"guild_id": GUILD, "offer_id": made.id}))
    assert await balance(ALICE) == 100


async def test_whether_an_area_is_on_is_known_from_the_settings_at_hand(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def noting(sql: str, *values: object) -> list[transactions.Row]:
        asked.append(sql)
        return await transactions.rows(sql, *values)

    monkeypatch.setattr(storage, "rows", noting)
    monkeypatch.setattr(cache, "AT_HAND", 3600.0)
    for _ in range(3):
        await bot.slash("ping")
    assert asked == []
    for _ in range(20):
        await bot.slash("balance")
    assert len(asked) == 1
