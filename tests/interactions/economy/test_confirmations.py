"""/confirm: whoever spends much at once is asked first, above a share that they choose."""

from __future__ import annotations

import asyncio

import pytest

from models import Offer
from tests.support.bot import ALICE, BOB, CAROL, Answer, Bot
from tests.support.coins import balance, give
from tests.support.wares import owned, sell

pytestmark = pytest.mark.usefixtures("database")


async def _pay(bot: Bot, amount: str, **options: object) -> Answer:
    return await bot.slash("pay", by=ALICE, member=BOB, amount=amount, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["all", "51", "tudo"])
async def test_more_than_half_of_what_one_has_is_asked_about_and_paid_by_a_click(bot: Bot, amount: str) -> None:
    await give(ALICE, 100)
    asked = await _pay(bot, amount, note="for *lunch*")
    coins = 51 if amount == "51" else 100
    assert asked.private
    assert f"**{coins}** 🪙 to <@{BOB}>" in asked.content
    assert "> for \\*lunch\\*" in asked.content
    assert await balance(BOB) == 0
    paid = await bot.press(asked.button(f"Pay {coins}"), by=ALICE, on=asked)
    assert not paid.private
    assert paid.data["allowed_mentions"]["users"] == [str(BOB)]
    assert f"paid **{coins}**" in paid.content
    assert "> for \\*lunch\\*" in paid.content
    assert await balance(BOB) == coins


async def test_half_and_less_is_paid_at_once(bot: Bot) -> None:
    await give(ALICE, 100)
    assert "paid **50**" in (await _pay(bot, "half")).content


async def test_a_question_is_answered_once_and_by_who_was_asked(bot: Bot) -> None:
    await give(ALICE, 100)
    asked = await _pay(bot, "60")
    button = asked.button("Pay 60")
    assert (await bot.press(button, by=CAROL, on=asked)).private
    clicks = await asyncio.gather(*(bot.press(button, by=ALICE, on=asked) for _ in range(5)))
    assert sum("paid **60**" in answer.content for answer in clicks) == 1
    assert (await balance(ALICE), await balance(BOB)) == (40, 60)


async def test_what_was_asked_is_paid_even_if_more_came_meanwhile_and_cancelled_is_nothing(bot: Bot) -> None:
    await give(ALICE, 100)
    asked, other = await _pay(bot, "all"), await _pay(bot, "all")
    await give(ALICE, 900)
    cancelled = await bot.press(other.button("Cancel"), by=ALICE, on=other)
    assert "Payment canceled" in cancelled.content
    await bot.press(other.button("Pay 100"), by=ALICE, on=other)
    assert await balance(BOB) == 0
    await bot.press(asked.button("Pay 100"), by=ALICE, on=asked)
    assert (await balance(ALICE), await balance(BOB)) == (900, 100)


async def test_a_payment_that_needs_a_yes_is_asked_about_before_coins_are_held(bot: Bot) -> None:
    await give(ALICE, 100)
    asked = await _pay(bot, "all", ask_first=True)
    assert await Offer.all().count() == 0
    offered = await bot.press(asked.button("Pay 100"), by=ALICE, on=asked)
    assert (await balance(ALICE), await balance(BOB)) == (0, 0)
    await bot.press(offered.button("Accept"), by=BOB, on=offered)
    assert await balance(BOB) == 100


async def test_the_form_of_a_persons_menu_asks_too(bot: Bot) -> None:
    await give(ALICE, 100)
    asked = await bot.submit(await bot.menu("Pay…", BOB, by=ALICE), {"amount": "all", "note": ""}, by=ALICE)
    assert await balance(BOB) == 0
    await bot.press(asked.button("Pay 100"), by=ALICE, on=asked)
    assert await balance(BOB) == 100


async def test_more_than_there_is_is_refused_and_not_asked_about(bot: Bot) -> None:
    await give(ALICE, 100)
    answer = await _pay(bot, "101")
    assert "You need" in answer.content
    assert answer.components == []


@pytest.mark.parametrize("command", ["shop buy", "shop gift"])
async def test_a_suggestion_that_costs_much_is_asked_about_before_it_is_bought(bot: Bot, command: str) -> None:
    ware = await sell("Rope", 60)
    await give(ALICE, 100)
    who = {"member": BOB} if command == "shop gift" else {}
    asked = await bot.slash(command, by=ALICE, item=f"#{ware.id}@60", **who)
    assert asked.private
    assert await balance(ALICE) == 100
    await bot.press(asked.button("Pay 60"), by=ALICE, on=asked)
    assert await balance(ALICE) == 40
    assert await owned(BOB if who else ALICE) == {ware.id: 1}


async def test_everyone_chooses_when_they_are_asked(bot: Bot) -> None:
    ware = await sell("Rope", 1)
    await give(ALICE, 100)
    assert "confirm every payment" in (await bot.slash("confirm", by=ALICE, percent=0)).content
    assert (await _pay(bot, "1")).private
    assert (await bot.slash("shop buy", by=ALICE, item=f"#{ware.id}@1")).private
    assert await balance(ALICE) == 100
    assert "**20%**" in (await bot.slash("confirm", by=ALICE, percent=20)).content
    assert not (await _pay(bot, "20")).private
    assert (await _pay(bot, "17")).private
    assert "won't ask" in (await bot.slash("confirm", by=ALICE, percent=100)).content
    assert "paid **80**" in (await _pay(bot, "all")).content
