"""Streak savers: bought, kept, and used up by the daily pay that needs one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from models import Effect
from services.core.errors import UserError
from services.economy import earnings, ledger_audit
from services.shop import inventory, purchases
from tests.support.bot import ALICE, BOB, GUILD
from tests.support.coins import give, person
from tests.support.wares import ANSWER, owned, sell, wish

FIRST = datetime(2026, 3, 10, 12, tzinfo=UTC)


async def _buy_savers(user_id: int, count: int) -> int:
    await give(user_id, 10 * count)
    ware = await sell("Saver", effect=Effect.STREAK_SAVER)
    await purchases.buy(GUILD, person(user_id), [], wish(ware, count), ANSWER, key="savers")
    return ware.id


async def _daily(day: int, user_id: int = ALICE) -> earnings.Pay:
    key, now = f"daily:{user_id}:{day}", FIRST + timedelta(days=day)
    return await earnings.daily(GUILD, user_id, key=key, now=now, use_saver=inventory.use_streak_saver)


async def test_a_missed_day_costs_one_saver_and_the_streak_goes_on(database: str) -> None:
    saver = await _buy_savers(ALICE, 2)
    assert [(await _daily(day)).streak for day in (0, 1)] == [1, 2]
    assert await owned(ALICE) == {saver: 2}, "a day that was not missed costs none"
    saved = await _daily(3)
    assert (saved.streak, saved.saved) == (3, True)
    assert await owned(ALICE) == {saver: 1}


async def test_without_a_saver_a_missed_day_ends_the_streak(database: str) -> None:
    await _buy_savers(ALICE, 1)
    await _daily(0, BOB)
    missed = await _daily(2, BOB)
    assert (missed.streak, missed.saved) == (1, False)


async def test_two_missed_days_end_the_streak_and_cost_no_saver(database: str) -> None:
    saver = await _buy_savers(ALICE, 2)
    await _daily(0)
    missed = await _daily(3)
    assert (missed.streak, missed.saved) == (1, False)
    assert await owned(ALICE) == {saver: 2}


async def test_of_twenty_dailies_at_once_after_a_missed_day_one_pays_and_one_saver_goes(database: str) -> None:
    saver = await _buy_savers(ALICE, 5)
    await _daily(0)
    now = FIRST + timedelta(days=2)
    use = inventory.use_streak_saver
    clicks = (earnings.daily(GUILD, ALICE, key=f"click:{number}", now=now, use_saver=use) for number in range(20))
    ends = await asyncio.gather(*clicks, return_exceptions=True)
    (paid,) = [end for end in ends if isinstance(end, earnings.Pay)]
    assert paid.saved
    assert sum(isinstance(end, UserError) for end in ends) == 19
    assert await owned(ALICE) == {saver: 4}
    assert (await ledger_audit.audit(GUILD)).sound
