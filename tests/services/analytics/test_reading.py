"""What people read about a guild: uses, members and coins of any range, and nobody else's."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from models import AccountKind
from services import analytics
from services.analytics import Interval
from services.analytics.latency import BOUNDS, quantiles
from services.analytics.ranges import BadRange, span
from services.core.transactions import rows
from services.economy import ledger
from tests.support.bot import ALICE, BOB, CAROL, GUILD, OTHER_GUILD
from tests.support.coins import give
from tests.support.uses import Used, days_ago, noon, use

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def midnight() -> datetime:
    return noon() - 12 * HOUR


@pytest.mark.usefixtures("database")
async def test_a_command_shows_how_often_it_failed_and_how_slow_it_was() -> None:
    quick = [Used(noon(), milliseconds=n) for n in range(1, 101)]
    await use(*quick, Used(noon(), command="work", outcome="failed", milliseconds=3500), Used(noon(), command="work"))
    await analytics.count()
    daily, work = await analytics.commands(GUILD, midnight(), midnight() + DAY)
    assert (daily.name, daily.uses, daily.failure_share, daily.missed) == ("daily", 100, 0.0, 0)
    assert (daily.p50, daily.p95, daily.p99) == (51, 96, 100)
    assert (work.uses, work.failed, work.failure_share, work.missed, work.p99) == (2, 1, 0.5, 1, 3000)


@pytest.mark.usefixtures("database")
async def test_another_servers_figures_are_not_in_ours() -> None:
    await use(Used(noon(), guild_id=OTHER_GUILD))
    await give(ALICE, 5, OTHER_GUILD)
    await analytics.count()
    assert not await analytics.commands(GUILD, midnight(), midnight() + DAY)
    found = await analytics.overview(GUILD, 7)
    assert {found.uses.now, found.active.now, found.new.now, found.transfers.now, found.supply.now} == {0}


@pytest.mark.usefixtures("database")
async def test_any_range_of_hours_gives_just_the_uses_inside() -> None:
    luck = random.Random(11)
    uses = [Used(days_ago(luck.randint(0, 20)) + luck.randint(-12, 11) * HOUR) for _ in range(300)]
    await use(*uses)
    await analytics.count()
    for _ in range(40):
        since = days_ago(luck.randint(0, 20)) + luck.randint(-12, 11) * HOUR
        until = since + luck.randint(1, 200) * HOUR
        found = sum(command.uses for command in await analytics.commands(GUILD, since, until))
        assert found == sum(since <= one.at < until for one in uses)


@pytest.mark.usefixtures("database")
async def test_quiet_hours_and_days_are_shown_as_nothing() -> None:
    await use(Used(days_ago(2)), Used(days_ago(2), BOB, outcome="failed"), Used(noon()))
    await analytics.count()
    days = await analytics.activity(GUILD, days_ago(3), noon(), Interval.DAY)
    assert [(point.uses, point.failed, point.active, point.new) for point in days] == [
        (0, 0, 0, 0),
        (2, 1, 2, 2),
        (0, 0, 0, 0),
        (1, 0, 1, 0),
    ]
    hours = await analytics.activity(GUILD, noon() - HOUR, noon() + 2 * HOUR, Interval.HOUR)
    assert [(point.at, point.uses) for point in hours] == [(noon() - HOUR, 0), (noon(), 1), (noon() + HOUR, 0)]


@pytest.mark.usefixtures("database")
async def test_one_command_over_time_shows_when_it_was_slow() -> None:
    await use(Used(days_ago(2)), Used(noon(), milliseconds=2400), Used(noon(), outcome="failed", milliseconds=3500))
    await use(Used(noon(), command="work"))
    await analytics.count()
    days = await analytics.course(GUILD, "daily", days_ago(2), noon(), Interval.DAY)
    assert [(point.uses, point.failed, point.missed) for point in days] == [(1, 0, 0), (0, 0, 0), (2, 1, 1)]
    assert [point.p95 for point in days] == [49, None, 3000]
    hours = await analytics.course(GUILD, "daily", noon(), noon() + HOUR, Interval.HOUR)
    assert [(point.at, point.uses, point.p95) for point in hours] == [(noon(), 2, 3000)]
    assert not any(
        point.uses for point in await analytics.course(OTHER_GUILD, "daily", noon(), noon() + HOUR, Interval.HOUR)
    )
    with pytest.raises(BadRange):
        await analytics.course(GUILD, "daily", days_ago(40), noon(), Interval.HOUR)


@pytest.mark.usefixtures("database")
async def test_it_is_known_up_to_when_everything_is_counted() -> None:
    assert await analytics.counted_at() is None
    await analytics.count()
    counted = await analytics.counted_at()
    assert counted is not None
    assert datetime.now(UTC) - counted < timedelta(minutes=1)


@pytest.mark.usefixtures("database")
async def test_an_overview_compares_with_as_many_days_before() -> None:
    this_week, last_week = days_ago(6), days_ago(7)
    await use(Used(this_week), Used(this_week, BOB), Used(noon(), BOB), Used(last_week, CAROL))
    await give(ALICE, 70)
    await ledger.transfer(GUILD, ALICE, AccountKind.SINK, 20, key="t", kind="take", actor_id=CAROL)
    await analytics.count()
    found = await analytics.overview(GUILD, 7)
    assert (found.uses.now, found.uses.before, found.uses.change) == (3, 1, 2.0)
    assert (found.active.now, found.active.before) == (2, 1)
    assert (found.new.now, found.new.before) == (2, 1)
    assert (found.transfers.now, found.transfers.before, found.transfers.change) == (2, 0, None)
    assert (found.supply.now, found.supply.before) == (50, 0)
    assert found.counted_at is not None
    assert datetime.now(UTC) - found.counted_at < timedelta(minutes=1)


@pytest.mark.usefixtures("database")
async def test_the_flow_of_coins_adds_up_to_the_supply_day_by_day() -> None:
    await give(ALICE, 100)
    await ledger.transfer(GUILD, ALICE, BOB, 30, key="p", kind="pay", actor_id=ALICE)
    await analytics.count()
    await rows("UPDATE economy_days SET day = day - 2 WHERE kind = 'grant'")
    flow = await analytics.economy_flow(GUILD, noon().date() - 3 * DAY, noon().date())
    assert [(day.minted, day.burned, day.transfers, day.supply) for day in flow.days] == [
        (0, 0, 0, 0),
        (100, 0, 1, 100),
        (0, 0, 0, 100),
        (0, 0, 1, 100),
    ]
    assert {(kind.kind, kind.coins) for kind in flow.kinds} == {("grant", 100), ("pay", 30)}
    later = await analytics.economy_flow(GUILD, noon().date(), noon().date())
    assert later.days[0].supply == 100


@pytest.mark.usefixtures("database")
async def test_a_range_that_ends_before_it_begins_or_is_too_long_is_refused() -> None:
    with pytest.raises(BadRange):
        await analytics.commands(GUILD, noon(), noon() - HOUR)
    with pytest.raises(BadRange):
        await analytics.commands(GUILD, days_ago(800), noon())
    with pytest.raises(BadRange):
        await analytics.activity(GUILD, days_ago(40), noon(), Interval.HOUR)
    with pytest.raises(BadRange):
        await analytics.economy_flow(GUILD, date(2020, 1, 1), noon().date())


def test_a_range_that_begins_before_hours_are_kept_is_widened_to_whole_days() -> None:
    now = datetime(2030, 6, 15, 10, 30, tzinfo=UTC)
    found = span(now - 100 * DAY, now, now)
    assert found == (datetime(2030, 3, 7, tzinfo=UTC), datetime(2030, 6, 16, tzinfo=UTC), False)
    assert span(now - 80 * DAY, now, now) == (
        datetime(2030, 3, 27, 10, tzinfo=UTC),
        datetime(2030, 6, 15, 11, tzinfo=UTC),
        True,
    )


def test_quantiles_are_right_to_the_width_of_their_place_in_the_histogram() -> None:
    luck = random.Random(5)
    times = sorted(min(2999, int(luck.lognormvariate(4, 1))) for _ in range(5000))
    histogram = [0] * (len(BOUNDS) + 1)
    for time in times:
        histogram[sum(time >= bound for bound in BOUNDS)] += 1
    shares = (0.5, 0.95, 0.99)
    for share, found in zip(shares, quantiles(histogram, *shares), strict=True):
        exact = times[int(share * len(times))]
        low = max((bound for bound in BOUNDS if bound <= exact), default=0)
        high = min(bound for bound in BOUNDS if bound > exact)
        assert found is not None
        assert low <= found <= high


def test_without_answers_there_is_no_quantile() -> None:
    assert quantiles([0] * (len(BOUNDS) + 1), 0.5) == [None]
