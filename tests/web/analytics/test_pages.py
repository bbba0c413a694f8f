"""Figures on pages: what is used, what is slow, how many coins there are, and the same in files."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import asyncpg
import pytest
from httpx import Response

from playground.world.cast import ALICE, BOB, HARBOUR, MODERATOR, STRANGER
from services import analytics
from services.analytics import ranges
from services.analytics.usage import Recorder, Use
from tests.support.browser import Browser, browser, words
from tests.support.coins import give
from tests.support.whole import Whole

PLACE = f"/servers/{HARBOUR}/analytics"


async def used(command: str, times: int, milliseconds: int, outcome: str = "answered", *, days_ago: int = 0) -> None:
    recorder = Recorder()
    at = (datetime.now(UTC) - timedelta(days=days_ago)).timestamp()
    for _ in range(times):
        recorder.add(Use(HARBOUR, BOB, "bobcastell", None, command, milliseconds, outcome, at))
    await recorder.flush()
    await analytics.count()


async def test_one_sees_which_command_is_used_and_which_is_slow(manager: Browser) -> None:
    await used("daily", 7, 40)
    await used("bet dice", 3, 2400)
    await used("shop", 2, 30, "failed")
    page = await manager.get(PLACE)
    shown = words(page)
    assert page.status_code == 200
    assert "/bet dice slow" in shown
    assert "/shop failing" in shown
    assert "/daily slow" not in shown
    by_name = words(await manager.get(f"{PLACE}?sort=name"))
    assert by_name.index("/bet dice") < by_name.index("/daily") < by_name.index("/shop")


async def test_the_file_holds_the_figures_of_the_page_and_no_formula(manager: Browser) -> None:
    await used("daily", 7, 40)
    await used("=cmd()", 1, 40)
    answer = await manager.get(f"{PLACE}/commands.csv")
    today = datetime.now(UTC).date()
    named = f'attachment; filename="commands-{today - timedelta(days=6)}-{today}.csv"'
    assert answer.headers["content-disposition"] == named
    found = {one["command"]: one for one in csv.DictReader(io.StringIO(answer.text))}
    assert found["/daily"]["uses"] == "7"
    assert not any(cell.startswith(("=", "+", "@")) for cell in answer.text.replace('"', "").split(","))
    for name in ("activity", "economy"):
        lines = (await manager.get(f"{PLACE}/{name}.csv?days=30")).text.splitlines()
        assert len(lines) == 31, "one line a day, also for quiet ones"


async def test_a_time_is_compared_with_the_one_before(manager: Browser) -> None:
    await used("daily", 3, 40)
    await used("daily", 5, 40, days_ago=9)
    page = await manager.get(f"{PLACE}?days=7&compare=1")
    shown = words(page)
    assert "3 in total (5 in the previous period)" in shown
    assert "Commands used 3 down 40%" in shown
    assert '<path class="before"' in page.text
    assert '<path class="before"' not in (await manager.get(f"{PLACE}?days=7")).text
    day = (datetime.now(UTC) - timedelta(days=9)).date().isoformat()
    chosen = await manager.get(f"{PLACE}?since={day}&until={day}")
    assert "Commands used 5" in words(chosen)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("since=2026-02-30", "This is not a valid date."),
        ("since=2026-05-02&until=2026-05-01", "The start must be before the end."),
        ("since=2016-01-01", "at most 366 days"),
        ("since=0001-01-01&until=0001-01-01", "no data for the year"),
        ("since=9999-01-01&until=9999-01-01", "no data for the year"),
        ("since=2199-01-01&until=2199-01-02", "future"),
        ("since=2015-01-01&until=2015-01-02&compare=1", "no data for the year"),
    ],
)
async def test_a_time_that_makes_no_sense_is_told_kindly(manager: Browser, query: str, said: str) -> None:
    answer = await manager.get(f"{PLACE}?{query}")
    assert answer.status_code == 422
    assert said in words(answer)
    assert "Showing the last seven days instead." in words(answer)
    assert f'value="{query[6:16]}"' in answer.text
    assert (await manager.get(f"{PLACE}/activity.csv?{query}")).status_code == 422


@pytest.mark.parametrize(("who", "status"), [(MODERATOR, 200), (ALICE, 403), (STRANGER, 404)])
async def test_figures_are_for_moderators_and_proofs_for_admins(whole: Whole, who: int, status: int) -> None:
    async with browser(whole) as one:
        await one.sign_in(who)
        for path in ("", "/activity", "/economy", "/commands.csv", "/activity.csv", "/economy.csv"):
            assert (await one.get(f"{PLACE}{path}")).status_code == status
        assert (await one.get(f"{PLACE}/proofs")).status_code == (404 if who == STRANGER else 403)
        assert "/proofs" not in (await one.get(f"{PLACE}/economy")).text


async def test_every_figure_of_the_page_stands_in_its_file(manager: Browser) -> None:
    await used("daily", 7, 40)
    await used("daily", 2, 40, days_ago=8)
    await used("bet dice", 3, 2400, "refused")
    await give(BOB, 500, HARBOUR)
    await analytics.count()
    query = "days=7&compare=1&sort=p95"
    shown = table_of(await manager.get(f"{PLACE}?{query}"), "commands")
    found = csv.DictReader(io.StringIO((await manager.get(f"{PLACE}/commands.csv?{query}")).text))
    names = (
        "command",
        "uses",
        "uses_before",
        "answered",
        "deferred",
        "refused",
        "failed",
        "p50",
        "p95",
        "p99",
        "missed",
    )
    assert [[one[name] or "–" for name in names] for one in found] == shown
    assert [one[0] for one in shown] == ["/bet dice", "/daily"]
    for tab, key, columns in (
        ("activity", "active", ("day", "active", "active_before")),
        ("activity", "uses", ("day", "uses", "uses_before")),
        ("economy", "supply", ("day", "supply", "supply_before")),
        ("economy", "change", ("day", "minted", "burned")),
    ):
        shown = table_of(await manager.get(f"{PLACE}/{tab}?{query}"), key)
        found = csv.DictReader(io.StringIO((await manager.get(f"{PLACE}/{tab}.csv?{query}")).text))
        told = [[one[name] for name in columns] for one in found]
        # A file has days as programs read them, a page as people do.
        assert [[f"{date.fromisoformat(day):%b} {int(day[8:])} {day[:4]}", *rest] for day, *rest in told] == shown
        assert len(shown) == 7
    kinds = (await manager.get(f"{PLACE}/economy.csv?days=7&by=kind")).text.splitlines()
    assert kinds == ["kind,transfers,coins,minted,burned", "grant,1,500,500,0"]


async def test_one_command_shows_when_it_was_slow(manager: Browser) -> None:
    await used("bet dice", 3, 2400, days_ago=1)
    page = await manager.get(f"{PLACE}?days=7&command=bet+dice")
    assert "p95 peaked at 2,475 ms." in words(page)
    times = table_of(page, "course-times")
    assert [cells[1] for cells in times] == ["–", "–", "–", "–", "–", "2475", "–"]
    assert 'id="course"' not in (await manager.get(f"{PLACE}?days=7&command=nobody+knows")).text


async def test_a_day_is_shown_by_the_hour_and_members_and_coins_by_the_day(manager: Browser) -> None:
    await used("daily", 7, 40)
    page = await manager.get(f"{PLACE}?days=1")
    assert len(table_of(page, "uses")) == 24
    assert "7 in total" in words(page)
    activity = await manager.get(f"{PLACE}/activity?days=1&compare=1")
    last = ranges.hour(datetime.now(UTC))  # of the 24 hours shown
    assert len(table_of(activity, "active")) == len({last.date(), (last - timedelta(hours=23)).date()})
    assert "yesterday and today" in words(activity)
    assert len(table_of(await manager.get(f"{PLACE}/economy?days=1"), "supply") or [0, 0]) == 2


async def test_before_anything_is_counted_pages_say_what_makes_figures(manager: Browser) -> None:
    for tab, said in (
        ("", "command such as /daily"),
        ("/activity", "counts as active"),
        ("/economy", "/daily and /work"),
    ):
        page = await manager.get(f"{PLACE}{tab}?compare=1")
        assert page.status_code == 200
        assert said in words(page)
        assert 'class="plot"' not in page.text


async def test_no_page_of_figures_touches_what_they_were_counted_from(
    manager: Browser, migrated: asyncpg.Connection[asyncpg.Record]
) -> None:
    await used("daily", 7, 40)
    await give(BOB, 500, HARBOUR)
    await analytics.count()
    async with migrated.transaction():
        # Whoever read them now would wait for ever.
        await migrated.execute("LOCK TABLE command_usage, member_days, transfers, postings IN ACCESS EXCLUSIVE MODE")
        for path in ("?command=daily", "/activity?x=1", "/economy?x=1", "/commands.csv?x=1", "/activity.csv?x=1"):
            for days in (1, 90):
                answer = await asyncio.wait_for(manager.get(f"{PLACE}{path}&days={days}&compare=1"), 20)
                assert answer.status_code == 200
        assert (await asyncio.wait_for(manager.get(f"{PLACE}/economy.csv?days=90&by=kind"), 20)).status_code == 200


def table_of(page: Response, key: str) -> list[list[str]]:
    """The rows of the table in the part with this id, without badges, units and commas."""
    part = page.text.partition(f'id="{key}"')[2].partition("<tbody>")[2].partition("</tbody>")[0]
    plain = re.sub(r'<span class="badge.*?</span>|,', "", part)
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)).removesuffix(" ms").strip() for cell in re.split(r"</t[hd]>", row)[:-1]]
        for row in plain.split("</tr>")[:-1]
        if 'class="group"' not in row
    ]
