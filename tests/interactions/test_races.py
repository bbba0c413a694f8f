"""Many at once, through the signed door: no coin is lost, none is made."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Iterable

import pytest

from interactions import dispatch
from services.economy.ledger_audit import audit
from tests.support.bot import ALICE, GUILD, Answer, Bot
from tests.support.coins import balance, balances, give, supply

pytestmark = pytest.mark.usefixtures("unhurried", "database", "unasked")

WALLETS = 10
IN_FLIGHT = 50


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with little time would defer; here each final answer is waited for."""
    monkeypatch.setattr(dispatch, "PATIENCE", 60.0)


async def all_at_once(work: Iterable[Awaitable[Answer]], most: int = IN_FLIGHT) -> list[Answer]:
    places = asyncio.Semaphore(most)

    async def one(doing: Awaitable[Answer]) -> Answer:
        async with places:
            return await doing

    return list(await asyncio.gather(*(one(doing) for doing in work)))


async def test_payments_between_few_wallets_keep_the_total_at_every_moment(bot: Bot, full: bool) -> None:
    people = range(ALICE, ALICE + WALLETS)
    for member in people:
        await give(member, 1000)
    chance, count = random.Random(3), 10_000 if full else 1000
    pairs = [chance.sample(people, 2) for _ in range(count)]
    paying = asyncio.create_task(
        all_at_once(bot.slash("pay", by=a, member=b, amount=str(chance.randint(1, 400))) for a, b in pairs)
    )
    looks = 0
    while not paying.done():
        seen = await balances()
        assert sum(coins for (kind, _), coins in seen.items() if kind != "mint") == WALLETS * 1000
        assert min(coins for (kind, _), coins in seen.items() if kind != "mint") >= 0
        looks += 1
    answers = await paying
    told = [answer for answer in answers if "Receipt" not in answer.content and "You need" not in answer.content]
    assert told == []
    assert looks > 10
    assert await supply() == WALLETS * 1000
    assert (await audit(GUILD)).sound


async def test_each_member_is_paid_once_a_day_however_often_they_ask_at_once(bot: Bot, full: bool) -> None:
    people = range(ALICE, ALICE + (500 if full else 50))
    answers = await all_at_once(bot.slash("daily", by=member) for member in people for _ in range(20))
    assert sum("earned" in answer.content for answer in answers) == len(people)
    assert {await balance(member) for member in people} == {200}


async def test_one_interaction_delivered_many_times_at_once_has_one_effect_and_one_answer(bot: Bot) -> None:
    await give(ALICE, 1000)
    payload = bot.command("pay", by=ALICE, member=ALICE + 1, amount="10")
    answers = await all_at_once(bot.send(payload) for _ in range(20))
    assert len({answer.content for answer in answers}) == 1
    assert await balance(ALICE + 1) == 10


async def test_mutual_payments_never_wait_for_each_other_forever(bot: Bot) -> None:
    await give(ALICE, 1000)
    await give(ALICE + 1, 1000)
    there = [bot.slash("pay", by=ALICE, member=ALICE + 1, amount="1") for _ in range(50)]
    back = [bot.slash("pay", by=ALICE + 1, member=ALICE, amount="1") for _ in range(50)]
    answers = await all_at_once([one for pair in zip(there, back, strict=True) for one in pair])
    assert all("Receipt" in answer.content for answer in answers)
    assert await balance(ALICE) == await balance(ALICE + 1) == 1000
