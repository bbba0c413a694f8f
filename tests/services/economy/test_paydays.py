"""A day of daily pay: once for each calendar day, and once in 20 to 24 hours after a change of the time zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from models import Effect
from services.economy import earnings
from services.economy.earnings import TooEarly
from services.economy.paydays import LastPay, next_midnight
from services.shop import purchases
from tests.support.bot import ALICE, GUILD
from tests.support.coins import give, person
from tests.support.rules import rule
from tests.support.wares import ANSWER, owned, sell, wish

EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"  # UTC+14 and UTC-11
MORNING = datetime(2026, 3, 10, 10, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

pytestmark = pytest.mark.usefixtures("database")


async def _daily(now: datetime) -> earnings.Pay:
    return await earnings.daily(GUILD, ALICE, key=f"daily:{now.timestamp()}", now=now)


async def _first_chance(after: datetime) -> datetime:
    """The whole hour or quarter from which the next pay is there, tried one after the other."""
    now = after
    while True:
        now += HOUR / 4
        try:
            await _daily(now)
        except TooEarly:
            continue
        return now


@pytest.mark.parametrize("zone", [EAST, WEST, "Europe/Lisbon", "Asia/Kolkata"])
@pytest.mark.parametrize("hour", [0, 6, 10, 11, 14, 23])
async def test_after_a_change_of_the_zone_the_next_pay_is_there_within_20_to_24_hours(zone: str, hour: int) -> None:
    paid = MORNING.replace(hour=hour)
    await _daily(paid)
    await rule(GUILD, zone=zone)
    with pytest.raises(TooEarly):
        await _daily(paid + MINUTE)
    assert timedelta(hours=20) <= await _first_chance(paid) - paid <= timedelta(hours=24)


async def test_a_zone_that_is_changed_there_and_back_pays_nothing_more() -> None:
    await _daily(MORNING)
    for zone in (EAST, WEST, EAST, "UTC"):
        await rule(GUILD, zone=zone)
        with pytest.raises(TooEarly):
            await _daily(MORNING + MINUTE)
    assert await _first_chance(MORNING) == datetime(2026, 3, 11, tzinfo=UTC)


async def test_the_moment_that_a_refusal_names_pays() -> None:
    paid = MORNING.replace(hour=6)
    await _daily(paid)
    await rule(GUILD, zone=EAST)
    with pytest.raises(TooEarly) as refused:
        await _daily(paid + 5 * HOUR)  # in the east it is the next day by now
    again = datetime.fromtimestamp(int(refused.value.text.params["again"]), UTC)
    assert again == paid + timedelta(hours=20, seconds=1)
    assert (await _daily(again)).number


async def test_without_a_change_a_new_day_begins_at_midnight() -> None:
    await rule(GUILD, zone="Europe/Madrid")
    late = datetime(2026, 3, 10, 23, 59, tzinfo=ZoneInfo("Europe/Madrid"))
    await _daily(late)
    assert (await _daily(late + MINUTE)).streak == 2


@pytest.mark.parametrize("zone", [EAST, WEST])
async def test_a_move_of_the_zone_ends_no_streak_and_costs_no_saver(zone: str) -> None:
    await give(ALICE, 10)
    saver = await sell("Saver", effect=Effect.STREAK_SAVER)
    await purchases.buy(GUILD, person(ALICE), [], wish(saver), ANSWER, key="saver")
    assert [(await _daily(MORNING + timedelta(days=day))).streak for day in (0, 1)] == [1, 2]
    await rule(GUILD, zone=zone)
    assert [(await _daily(MORNING + timedelta(days=day))).streak for day in (2, 3)] == [3, 4]
    assert await owned(ALICE) == {saver.id: 1}


@pytest.mark.parametrize("zone", [EAST, WEST])
async def test_a_day_that_was_really_missed_ends_a_streak_after_a_move_too(zone: str) -> None:
    await _daily(MORNING)
    await rule(GUILD, zone=zone)
    assert (await _daily(MORNING + timedelta(days=2, hours=1))).streak == 1


def test_a_pay_of_an_earlier_release_counts_by_the_calendar_alone() -> None:
    last = LastPay(1, MORNING, "")
    assert last.opens(EAST) == next_midnight(MORNING, EAST)
    assert last.missed(MORNING + timedelta(days=2), "UTC") == 1
