"""Uses that come days late: each changes little of what was counted before, and all of them get counted."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from models import CommandDay, CommandHour
from services import analytics
from services.analytics import Interval, counting
from services.core.transactions import rows
from tests.support.bot import GUILD
from tests.support.uses import Used, days_ago, noon, use

pytestmark = pytest.mark.usefixtures("database")

_VERSIONS = """
SELECT 'hour' AS table, id, xmin::text AS version FROM command_hours
UNION ALL SELECT 'day', id, xmin::text FROM command_days"""

HURRY = "SELECT set_config('statement_timeout', '50', true) WHERE $1::bigint < $2::bigint"


async def _versions() -> set[tuple[str, int, str]]:
    return {(row["table"], row["id"], row["version"]) for row in await rows(_VERSIONS)}


async def test_a_late_use_changes_the_later_hours_of_its_day_and_the_later_days_only() -> None:
    await use(*(Used(days_ago(days) - timedelta(hours=hours)) for days in range(40) for hours in range(10)))
    await analytics.count()
    before = await _versions()
    await use(Used(days_ago(30) - timedelta(hours=3)))
    await analytics.count()
    changed = Counter(table for table, _, _ in await _versions() - before)
    assert changed == {"hour": 4, "day": 31}


async def test_many_late_uses_of_one_server_are_counted_in_one_round(full: bool) -> None:
    luck = random.Random(9)
    await use(*(Used(days_ago(n / 24), command=f"command {n % 60}") for n in range(80 * 24)))
    await analytics.count()
    late = [Used(days_ago(luck.uniform(0, 80)), n % 300, f"command {n % 60}") for n in range(5000 if full else 500)]
    await use(*late)
    await analytics.count()
    expected = Counter(f"command {n % 60}" for n in range(80 * 24)) + Counter(one.command for one in late)
    for since in (days_ago(85), days_ago(120)):  # by hours, by days
        found = await analytics.commands(GUILD, since, noon() + timedelta(hours=1))
        assert {one.name: one.uses for one in found} == expected


@pytest.mark.parametrize("before", [(), (HURRY,)], ids=["our limit", "the server's limit"])
async def test_a_batch_that_takes_too_long_is_counted_in_smaller_ones(
    monkeypatch: pytest.MonkeyPatch, before: tuple[str, ...]
) -> None:
    """After our limit the server may hold the cursor for a moment longer, as if another one were counting."""
    slow = "SELECT pg_sleep(60) FROM command_usage WHERE id > $1 AND id <= $2 HAVING count(*) > 30"
    uses, transfers = counting.SOURCES
    monkeypatch.setattr(counting, "SOURCES", (replace(uses, counts=(*uses.counts, *before, slow)), transfers))
    monkeypatch.setattr(counting, "BATCH", 40)
    await use(*(Used(noon()) for _ in range(50)))
    await analytics.count()
    assert [day.uses for day in await CommandDay.all()] == [50]


async def test_a_use_that_can_never_be_counted_in_time_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    uses, _ = counting.SOURCES
    slow = "SELECT pg_sleep(60) WHERE $1::bigint < $2::bigint"
    monkeypatch.setattr(counting, "SOURCES", (replace(uses, counts=(HURRY, slow)),))
    await use(Used(noon()))
    with pytest.raises(counting.TOO_LONG):
        await analytics.count()


async def test_hours_and_days_of_a_busy_server_are_told_apart_from_quiet_ones() -> None:
    await use(*(Used(days_ago(n), outcome="failed") for n in (0, 2, 3)), Used(days_ago(2)))
    await analytics.count()
    points = await analytics.activity(GUILD, days_ago(3), noon() + timedelta(minutes=30), Interval.HOUR)
    assert {point.at: (point.uses, point.failed) for point in points if point.uses} == {
        days_ago(3): (1, 1),
        days_ago(2): (2, 1),
        noon(): (1, 1),
    }
    assert len(points) == 73
    assert await CommandHour.all().count() == 3
