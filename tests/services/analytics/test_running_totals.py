"""Running totals give what counting the slow way gives, however late uses come."""

from __future__ import annotations

import importlib
import random
from collections import Counter
from datetime import timedelta

import pytest

from models import CommandDay, CommandHour, GuildDay
from services import analytics
from services.analytics import CommandFigures, Interval, Trend, counting
from services.analytics.latency import BOUNDS, quantiles
from services.analytics.ranges import span
from services.core.transactions import rows, transaction
from services.privacy import retention
from tests.support.bot import GUILD, OTHER_GUILD
from tests.support.uses import Used, days_ago, noon, use

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


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
