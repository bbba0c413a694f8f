"""The same interaction delivered again gets its first answer, whatever has been counted since."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from interactions import cooldowns
from services.core.transactions import rows
from tests.support.bot import ALICE, BOB, Answer, Bot
from tests.support.coins import balance, give

pytestmark = pytest.mark.usefixtures("unhurried")

BET: dict[str, Any] = {"amount": "1", "side": "heads"}


async def _use_up_the_pace(bot: Bot) -> Answer:
    """Bet until it goes too fast; the refusal."""
    for _ in range(11):
        answer = await bot.slash("bet coinflip", **BET)
        if "Not so fast" in answer.content:
            return answer
    raise AssertionError("nobody was told to slow down")


async def test_a_repeated_bet_shows_its_outcome_although_the_next_one_would_come_too_soon(
    bot: Bot, database: str
) -> None:
    await give(ALICE, 1000)
    payload = bot.command("bet coinflip", **BET)
    first = await bot.send(payload)
    await _use_up_the_pace(bot)
    assert (await bot.send(payload)).content == first.content


async def test_twenty_deliveries_of_one_bet_at_once_place_it_and_count_as_one(bot: Bot, database: str) -> None:
    await give(ALICE, 1000)
    payload = bot.command("bet coinflip", **BET)
    answers = await asyncio.gather(*(bot.send(payload) for _ in range(20)))
    assert {answer.content for answer in answers} == {answers[0].content}
    assert "Receipt #" in answers[0].content
    more = [await bot.slash("bet coinflip", **BET) for _ in range(9)]
    assert all("Receipt #" in answer.content for answer in more), "ten bets are allowed, and one was repeated"


async def test_a_bet_that_was_refused_for_its_pace_stays_refused_when_it_is_delivered_again(
    bot: Bot, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give(ALICE, 1000)
    await _use_up_the_pace(bot)
    payload = bot.command("bet coinflip", **BET)
    refused = await bot.send(payload)
    assert "Not so fast" in refused.content
    monkeypatch.setattr(cooldowns.Cooldowns, "use", _nobody_is_too_quick)
    assert (await bot.send(payload)).content == refused.content
    assert len(await rows("SELECT FROM transfers WHERE kind = 'bet'")) == 10


async def test_a_repeated_payment_shows_its_receipt_in_the_middle_of_a_flood(
    bot: Bot, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await give(ALICE, 100)
    payload = bot.command("pay", member=BOB, amount="30")
    paid = await bot.send(payload)
    monkeypatch.setattr(cooldowns, "FLOOD", 0)
    assert "That was a lot" in (await bot.slash("pay", member=BOB, amount="30")).content
    assert (await bot.send(payload)).content == paid.content
    assert await balance(BOB) == 30


async def _nobody_is_too_quick(*_: object) -> None: ...
