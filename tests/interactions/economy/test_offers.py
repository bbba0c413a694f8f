"""Payments and requests that wait for a yes."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import Offer
from services.core.transactions import rows
from services.economy import confirmations
from tests.support.bot import ALICE, BOB, CAROL, MANAGER, OTHER_GUILD, Answer, Bot
from tests.support.coins import balance, give

pytestmark = pytest.mark.usefixtures("unhurried", "unasked")


async def _offered(bot: Bot) -> Answer:
    await give(ALICE, 100)
    return await bot.slash("pay", by=ALICE, member=BOB, amount="60", note="rent", ask_first=True)


async def _asked(bot: Bot) -> Answer:
    await give(ALICE, 100)
    return await bot.slash("request", by=BOB, member=ALICE, amount="60", note="rent")


async def _let_time_pass() -> None:
    await rows("UPDATE offers SET expires_at = $1", datetime.now(UTC) - timedelta(seconds=1))


async def test_a_payment_that_needs_a_yes_waits_and_is_taken(bot: Bot, database: str) -> None:
    offered = await _offered(bot)
    assert offered.data["allowed_mentions"]["users"] == [str(BOB)]
    assert (await balance(ALICE), await balance(BOB)) == (40, 0)
    taken = await bot.press(offered.button("Accept"), by=BOB, on=offered)
    assert taken.type == 7
    assert f"<@{BOB}> accepted **60** 🪙 from <@{ALICE}>." in taken.content
    assert "Receipt #" in taken.content
    assert taken.components == []
    assert await balance(BOB) == 60


async def test_accept_pressed_twice_pays_once_and_shows_the_same(bot: Bot, database: str) -> None:
    offered = await _offered(bot)
    pressed = [bot.press(offered.button("Accept"), by=BOB, on=offered) for _ in range(2)]
    first, second = await asyncio.gather(*pressed)
    assert first.content == second.content
    assert await balance(BOB) == 60


@pytest.mark.parametrize("who", [ALICE, CAROL, MANAGER])
async def test_nobody_else_accepts(bot: Bot, database: str, who: int) -> None:
    offered = await _offered(bot)
    answer = await bot.press(offered.button("Accept"), by=who, on=offered)
    assert answer.private
    assert f"<@{BOB}>" in answer.content
    assert await balance(BOB) == 0


@pytest.mark.parametrize("who", [ALICE, BOB])
async def test_both_sides_decline_and_the_coins_are_back(bot: Bot, database: str, who: int) -> None:
    offered = await _offered(bot)
    answer = await bot.press(offered.button("Decline"), by=who, on=offered)
    assert "returned" in answer.content
    assert await balance(ALICE) == 100
    late = await bot.press(offered.button("Accept"), by=BOB, on=offered)
    assert late.content == answer.content
    assert await balance(BOB) == 0


async def test_a_bystander_declines_nothing(bot: Bot, database: str) -> None:
    offered = await _offered(bot)
    assert (await bot.press(offered.button("Decline"), by=CAROL, on=offered)).private
    assert await balance(ALICE) == 40


async def test_an_accept_after_the_time_says_so_and_shows_the_end(bot: Bot, database: str) -> None:
    offered = await _offered(bot)
    await _let_time_pass()
    answer = await bot.press(offered.button("Accept"), by=BOB, on=offered)
    assert answer.type == 7
    assert "Expired" in answer.content
    assert answer.components == []
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)


async def test_a_button_of_one_server_is_worthless_in_another(bot: Bot, database: str) -> None:
    offered = await _offered(bot)
    assert (await bot.press(offered.button("Accept"), by=BOB, guild=OTHER_GUILD)).private
    assert await balance(BOB) == 0


async def test_a_request_is_paid_by_the_one_who_was_asked(bot: Bot, database: str) -> None:
    asked = await _asked(bot)
    assert asked.data["allowed_mentions"]["users"] == [str(ALICE)]
    for who in (BOB, CAROL):
        assert (await bot.press(asked.button("Pay"), by=who, on=asked)).private
    paid = await bot.press(asked.button("Pay"), by=ALICE, on=asked)
    assert f"<@{ALICE}> paid **60**" in paid.content
    assert (await balance(ALICE), await balance(BOB)) == (40, 60)


async def test_who_pays_a_large_share_of_their_coins_on_a_request_is_asked_first(
    bot: Bot, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmations, "USUAL", 50)
    asked = await _asked(bot)
    question = await bot.press(asked.button("Pay"), by=ALICE, on=asked)
    assert question.private
    assert "That's **60** of your **100** 🪙." in question.content
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)
    assert (await bot.press(question.button("Pay 60"), by=BOB, on=question)).private
    assert await balance(BOB) == 0
    for _ in range(2):
        paid = await bot.press(question.button("Pay 60"), by=ALICE, on=question)
        assert f"<@{ALICE}> paid **60**" in paid.content
        assert (await balance(ALICE), await balance(BOB)) == (40, 60)
    assert f"<@{ALICE}> paid **60**" in (await bot.press(asked.button("Pay"), by=ALICE, on=asked)).content


async def test_a_declined_or_expired_request_takes_nothing(bot: Bot, database: str) -> None:
    asked = await _asked(bot)
    assert "Declined" in (await bot.press(asked.button("Decline"), by=ALICE, on=asked)).content
    again = await _asked(bot)
    await _let_time_pass()
    assert "Expired" in (await bot.press(again.button("Pay"), by=ALICE, on=again)).content
    assert await balance(BOB) == 0


async def test_a_second_request_to_the_same_person_is_refused(bot: Bot, database: str) -> None:
    await _asked(bot)
    answer = await bot.slash("request", by=BOB, member=ALICE, amount="1")
    assert answer.private
    assert await Offer.all().count() == 1
