"""Every use and every transfer is counted once, whoever counts, whatever comes late, and whatever breaks in between."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from datetime import datetime, timedelta

import asyncpg
import pytest

from models import AccountKind, CommandDay, CommandHour, EconomyDay, GuildDay, GuildHour, MemberDay, StatisticsCursor
from services import analytics
from services.analytics import counting, horizon
from services.core.transactions import rows
from services.economy import ledger
from services.privacy import retention
from tests.support.bot import ALICE, BOB, CAROL, GUILD, OTHER_GUILD
from tests.support.coins import give, supply
from tests.support.uses import Used, active, days_ago, noon, use

pytestmark = pytest.mark.usefixtures("database")

COMMANDS = ("daily", "work", "shop buy")
OUTCOMES = ("answered", "deferred", "refused", "failed")
INSERT = """
INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)
VALUES ($1, $2, 'daily', 5, 'answered', now())"""


def _hour(used: Used) -> datetime:
    return used.at.replace(minute=0, second=0, microsecond=0)


def _some(luck: random.Random, count: int) -> list[Used]:
    return [
        Used(
            days_ago(luck.randint(0, 100)) - timedelta(minutes=luck.randint(0, 700)),
            luck.randint(1, 12),
            luck.choice(COMMANDS),
            luck.randint(0, 4000),
            luck.choice(OUTCOMES),
            luck.choice((GUILD, OTHER_GUILD)),
        )
        for _ in range(count)
    ]


async def _counted() -> int:
    return sum(row.uses for row in await CommandHour.all())


async def test_a_use_is_found_in_its_hour_and_its_day() -> None:
    await use(Used(noon() + timedelta(minutes=59)), Used(noon(), BOB, outcome="failed", milliseconds=3100))
    await analytics.count()
    (hour,), (day,) = await CommandHour.all(), await CommandDay.all()
    assert (hour.hour, hour.uses, hour.answered, hour.failed) == (noon(), 2, 1, 1)
    assert (day.day, day.uses, sum(day.latency), day.latency[-1]) == (noon().date(), 2, 2, 1)


async def test_counting_again_counts_nothing_twice() -> None:
    await use(Used(noon()))
    await give(ALICE, 50)
    for _ in range(3):
        await analytics.count()
    assert await _counted() == 1
    assert [(row.transfers, row.coins) for row in await EconomyDay.all()] == [(1, 50)]


@pytest.mark.parametrize("seed", range(4))
async def test_counts_equal_what_counting_the_slow_way_gives(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(counting, "BATCH", 37)
    luck = random.Random(seed)
    uses: list[Used] = []
    for _ in range(3):  # what comes later may be older
        more = _some(luck, 150)
        await use(*more)
        uses += more
        await analytics.count()
    by_day = Counter((one.guild_id, one.at.date(), one.command, one.outcome) for one in uses)
    found = {
        (row.guild_id, row.day, row.command_name, outcome): getattr(row, outcome)
        for row in await CommandDay.all()
        for outcome in OUTCOMES
        if getattr(row, outcome)
    }
    assert found == by_day
    hours = {(row.guild_id, row.hour): (row.uses, row.failed) for row in await GuildHour.all()}
    assert hours == {
        place: (len(here), sum(one.outcome == "failed" for one in here))
        for place in {(one.guild_id, _hour(one)) for one in uses}
        if (here := [one for one in uses if (one.guild_id, _hour(one)) == place])
    }
    for guild_id in (GUILD, OTHER_GUILD):
        here = [one for one in uses if one.guild_id == guild_id]
        firsts = Counter(min(one.at.date() for one in here if one.user_id == who) for who in {o.user_id for o in here})
        for row in await GuildDay.filter(guild_id=guild_id):
            counted = (row.active, row.active_7, row.active_30, row.active_90)
            assert counted == tuple(active(here, row.day, size) for size in (1, 7, 30, 90)), row.day
            assert row.new == firsts[row.day]


async def test_late_uses_are_counted_on_their_own_day_and_take_the_place_of_the_first() -> None:
    await use(Used(days_ago(1)))
    await analytics.count()
    await use(Used(days_ago(3)))
    await analytics.count()
    new = {row.day: row.new for row in await GuildDay.filter(new__gt=0)}
    assert new == {days_ago(3).date(): 1}
    assert [row.day for row in await MemberDay.filter(newcomer=True)] == [days_ago(3).date()]


async def test_a_row_that_appears_after_later_ones_is_not_passed_over(
    migrated: asyncpg.Connection[asyncpg.Record],
) -> None:
    slow = migrated.transaction()
    await slow.start()
    await migrated.execute(INSERT, GUILD, ALICE)
    await use(Used(noon(), BOB))
    work = asyncio.create_task(analytics.count())
    await asyncio.wait({work}, timeout=0.2)
    assert not work.done()
    await slow.commit()
    await work
    assert await _counted() == 2


async def test_who_writes_for_ever_delays_counting_but_nobody_else(
    migrated: asyncpg.Connection[asyncpg.Record], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(horizon, "PATIENCE", 0.1)
    slow = migrated.transaction()
    await slow.start()
    await migrated.execute(INSERT, GUILD, ALICE)
    await analytics.count()
    await use(Used(noon(), BOB))  # nobody waits for those who count
    assert await _counted() == 0
    await slow.rollback()
    await analytics.count()
    assert await _counted() == 1


async def test_many_workers_at_once_while_others_write_count_everything_once(
    monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    monkeypatch.setattr(counting, "BATCH", 20)
    luck = random.Random(7)
    uses = _some(luck, 4000 if full else 400)

    async def write(part: list[Used]) -> None:
        for begin in range(0, len(part), 10):
            await use(*part[begin : begin + 10])

    async def work() -> None:
        for _ in range(6):
            await analytics.count()

    await asyncio.gather(*(write(uses[n::4]) for n in range(4)), *(work() for _ in range(4)))
    await analytics.count()
    assert await _counted() == len(uses)
    assert sum(row.uses for row in await CommandDay.all()) == len(uses)
    assert sum(row.uses for row in await MemberDay.all()) == len(uses)


async def test_counting_that_is_broken_off_anywhere_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "BATCH", 25)
    luck = random.Random(3)
    uses = _some(luck, 600)
    await use(*uses)
    for _ in range(25):
        work = asyncio.create_task(analytics.count())
        await asyncio.wait({work}, timeout=luck.uniform(0, 0.04))
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
    # PostgreSQL may still be undoing what was broken off, and until then others find the cursor taken.
    while await _counted() < len(uses):
        await analytics.count()
    assert await _counted() == len(uses)
    assert {row.source: row.last_id for row in await StatisticsCursor.all()}["command_usage"] == len(uses)


async def test_uses_outside_of_servers_count_as_uses_but_make_nobody_a_member() -> None:
    await use(Used(noon(), guild_id=0))
    await analytics.count()
    assert [row.guild_id for row in await CommandDay.all()] == [0]
    assert not await GuildDay.all()


async def test_made_destroyed_and_moved_coins_are_told_apart() -> None:

    await give(ALICE, 100)
    await ledger.transfer(GUILD, ALICE, BOB, 30, key="p", kind="pay", actor_id=ALICE)
    await ledger.transfer(GUILD, BOB, AccountKind.SINK, 12, key="t", kind="take", actor_id=CAROL)
    await analytics.count()
    found = {row.kind: (row.transfers, row.coins, row.minted, row.burned) for row in await EconomyDay.all()}
    assert found == {"grant": (1, 100, 100, 0), "pay": (1, 30, 0, 0), "take": (1, 12, 0, 12)}
    assert sum(minted - burned for _, _, minted, burned in found.values()) == await supply()


async def test_a_transfer_that_was_undone_leaves_a_gap_and_no_count() -> None:
    await give(ALICE, 5)
    with contextlib.suppress(Exception):
        await rows("INSERT INTO transfers (guild_id, key, kind, actor_id) VALUES ($1, NULL, 'pay', 1)", GUILD)
    await give(ALICE, 6)
    await analytics.count()
    assert [(row.transfers, row.coins) for row in await EconomyDay.all()] == [(2, 11)]


async def test_hours_are_kept_for_90_days_and_days_of_members_for_120_but_never_a_first_one_less() -> None:
    await use(Used(days_ago(91)), Used(days_ago(130)), Used(days_ago(125)), Used(noon()))
    await analytics.count()
    await retention.clean()
    assert [row.hour for row in await CommandHour.all()] == [noon()]
    assert [row.hour for row in await GuildHour.all()] == [noon()]
    assert {row.day for row in await CommandDay.all()} == {days_ago(n).date() for n in (0, 91, 125, 130)}
    assert {row.day for row in await MemberDay.all()} == {days_ago(n).date() for n in (0, 91, 130)}
