"""What people read about a guild: uses, members and coins of any range, and nobody else's."""

from __future__ import annotations

import importlib
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from models import AccountKind, CommandDay, CommandHour, GuildDay
from services import analytics
from services.analytics import CommandFigures, Interval, Trend, counting
from services.analytics.latency import BOUNDS, quantiles
from services.analytics.ranges import BadRange, span
from services.core.transactions import rows, transaction
from services.economy import ledger
from services.privacy import retention
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
@pytest.mark.parametrize("seed", range(2))
async def test_any_range_gives_what_counting_the_slow_way_gives_whatever_came_late(
    monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(counting, "BATCH", 23)
    luck = random.Random(seed)
    uses: list[Used] = []
    for _ in range(4):  # what comes later may be older
        more = [_any_use(luck) for _ in range(60)]
        await use(*more)
        uses += more
        await analytics.count()
    for longest in [30] * 20 + [120] * 20:
        since = days_ago(luck.randint(1, longest)) + luck.randint(-12, 11) * HOUR
        until = since + luck.randint(1, 24 * longest) * HOUR
        within = span(since, until)
        here = [one for one in uses if one.guild_id == GUILD and within.since <= one.at < within.until]
        found = await analytics.commands(GUILD, since, until)
        assert {one.name: _told(one) for one in found} == {
            name: _slowly([one for one in here if one.command == name]) for name in {one.command for one in here}
        }
        assert [one.uses for one in found] == sorted((one.uses for one in found), reverse=True)
    days = await analytics.activity(GUILD, days_ago(120), noon(), Interval.DAY)
    assert [(point.uses, point.failed) for point in days] == [
        _slowly([one for one in uses if one.guild_id == GUILD and point.at <= one.at < point.at + DAY])[:2]
        for point in days
    ]
    overview = await analytics.overview(GUILD, 30)
    ages = [(noon().date() - one.at.date()).days for one in uses if one.guild_id == GUILD]
    assert overview.uses == Trend(sum(age < 30 for age in ages), sum(30 <= age < 60 for age in ages))


def _any_use(luck: random.Random) -> Used:
    return Used(
        days_ago(luck.choice((0, 1, luck.randint(0, 120)))) - luck.randint(0, 700) * timedelta(minutes=1),
        luck.randint(1, 9),
        luck.choice(("daily", "work", "shop buy")),
        luck.randint(0, 4000),
        luck.choice(("answered", "deferred", "refused", "failed")),
        luck.choice((GUILD, GUILD, OTHER_GUILD)),
    )


def _told(one: CommandFigures) -> tuple[int | None, ...]:
    return one.uses, one.failed, one.answered, one.deferred, one.refused, one.missed, one.p50, one.p95, one.p99


def _slowly(uses: list[Used]) -> tuple[int | None, ...]:
    histogram = [0] * (len(BOUNDS) + 1)
    for one in uses:
        histogram[sum(one.milliseconds >= bound for bound in BOUNDS)] += 1
    outcomes = Counter(one.outcome for one in uses)
    told = (outcomes[name] for name in ("failed", "answered", "deferred", "refused"))
    return len(uses), *told, histogram[-1], *quantiles(histogram, 0.5, 0.95, 0.99)


@pytest.mark.usefixtures("database")
async def test_totals_filled_from_what_was_counted_before_are_those_that_counting_keeps() -> None:
    luck = random.Random(5)
    for _ in range(2):
        await use(*(_any_use(luck) for _ in range(150)))
        await analytics.count()
    kept = await _totals()
    async with transaction():
        for table in ("command_hours", "command_days"):
            await rows(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await rows("UPDATE command_hours SET earlier = NULL")
        await rows("UPDATE command_days SET earlier = NULL")
        await rows("UPDATE guild_days SET uses = 0, failed = 0")
        for statement in importlib.import_module("migrations.0023_fill_running_totals").FILL.split(";\n"):
            await rows(statement)
        for table in ("command_hours", "command_days"):
            await rows(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert await _totals() == kept


async def _totals() -> list[object]:
    return [
        await CommandHour.all().order_by("id").values_list("id", "earlier"),
        await CommandDay.all().order_by("id").values_list("id", "earlier"),
        await GuildDay.all().order_by("id").values_list("id", "uses", "failed"),
    ]


@pytest.mark.usefixtures("database")
async def test_a_late_use_older_than_all_that_is_kept_changes_no_other_range() -> None:
    await use(Used(days_ago(91)), Used(days_ago(3)), Used(noon()))
    await analytics.count()
    await retention.clean()
    await use(Used(days_ago(5)))
    await analytics.count()
    for since, expected in ((days_ago(80), 3), (days_ago(4), 2), (days_ago(2), 1), (days_ago(100), 4)):
        (daily,) = await analytics.commands(GUILD, since, noon() + HOUR)
        assert daily.uses == expected


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
