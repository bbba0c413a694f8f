"""Figures on pages: what is used, what is slow, how many coins there are, and the same in files."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from playground.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, STRANGER
from services import proofs, statistics
from services.transactions import rows
from services.usage import Recorder, Use
from tests.browser import Browser, browser, words
from tests.coins import give
from tests.conftest import Whole
from tests.waiting import until

PLACE = f"/servers/{HARBOUR}/analytics"


@pytest.fixture
async def admin(whole: Whole) -> AsyncIterator[Browser]:
    async with browser(whole) as one:
        await one.sign_in(MANAGER)
        yield one


async def used(command: str, times: int, milliseconds: int, outcome: str = "answered", *, days_ago: int = 0) -> None:
    recorder = Recorder()
    at = (datetime.now(UTC) - timedelta(days=days_ago)).timestamp()
    for _ in range(times):
        recorder.add(Use(HARBOUR, BOB, "bobcastell", None, command, milliseconds, outcome, at))
    await recorder.flush()
    await statistics.count()


async def test_one_sees_which_command_is_used_and_which_is_slow(admin: Browser) -> None:
    await used("daily", 7, 40)
    await used("bet dice", 3, 2400)
    await used("shop", 2, 30, "failed")
    page = await admin.get(PLACE)
    shown = words(page)
    assert page.status_code == 200
    assert "/bet dice slow" in shown
    assert "/shop fails" in shown
    assert "/daily slow" not in shown
    by_name = words(await admin.get(f"{PLACE}?sort=name"))
    assert by_name.index("/bet dice") < by_name.index("/daily") < by_name.index("/shop")


async def test_the_file_holds_the_figures_of_the_page_and_no_formula(admin: Browser) -> None:
    await used("daily", 7, 40)
    await used("=cmd()", 1, 40)
    answer = await admin.get(f"{PLACE}/commands.csv")
    today = datetime.now(UTC).date()
    named = f'attachment; filename="commands-{today - timedelta(days=6)}-{today}.csv"'
    assert answer.headers["content-disposition"] == named
    found = {one["command"]: one for one in csv.DictReader(io.StringIO(answer.text))}
    assert found["/daily"]["uses"] == "7"
    assert not any(cell.startswith(("=", "+", "@")) for cell in answer.text.replace('"', "").split(","))
    for name in ("activity", "economy"):
        lines = (await admin.get(f"{PLACE}/{name}.csv?days=30")).text.splitlines()
        assert len(lines) == 31, "one line a day, also for quiet ones"


async def test_a_time_is_compared_with_the_one_before(admin: Browser) -> None:
    await used("daily", 3, 40)
    await used("daily", 5, 40, days_ago=9)
    page = await admin.get(f"{PLACE}?days=7&compare=1")
    shown = words(page)
    assert "3 in all, 5 in the time before" in shown
    assert "Commands used 3 40 % less than before" in shown
    assert '<path class="before"' in page.text
    assert '<path class="before"' not in (await admin.get(f"{PLACE}?days=7")).text
    day = (datetime.now(UTC) - timedelta(days=9)).date().isoformat()
    chosen = await admin.get(f"{PLACE}?since={day}&until={day}")
    assert "Commands used 5" in words(chosen)


@pytest.mark.parametrize(
    "query", ["since=2026-02-30", "since=2026-05-02&until=2026-05-01", "since=2016-01-01", "since=x"]
)
async def test_a_time_that_makes_no_sense_is_told_kindly(admin: Browser, query: str) -> None:
    answer = await admin.get(f"{PLACE}?{query}")
    assert answer.status_code == 422
    assert "request" not in words(answer).lower().split("quote")[0]


async def test_how_many_coins_exist_and_that_it_is_true(admin: Browser) -> None:
    await give(BOB, 500, HARBOUR)
    await give(ALICE, 300, HARBOUR)
    shown = words(await admin.get(f"{PLACE}/economy"))
    assert "800 made − 0 destroyed = 800" in shown
    answer = await admin.post(f"{PLACE}/proofs")
    assert answer.status_code == 303
    assert (await admin.post(f"{PLACE}/proofs")).status_code == 303
    assert len(await rows("SELECT FROM proofs")) == 1, "pressed twice, it is the same one"
    await until(lambda: rows("SELECT FROM proofs WHERE found IS NOT NULL"))
    shown = words(await admin.get(f"{PLACE}/proofs"))
    assert "The books are right" in shown
    assert "800 made − 0 destroyed = 800 in wallets" in shown


async def test_a_proof_that_runs_shows_how_far_it_is_and_can_be_stopped(admin: Browser) -> None:
    await rows(
        "INSERT INTO proofs (guild_id, asked_by, asked_at, done, total) VALUES ($1, $2, now(), 3000, 9000)",
        HARBOUR, MANAGER,
    )  # fmt: skip
    page = await admin.get(f"{PLACE}/proofs")
    assert '<progress max="9000" value="3000">' in page.text
    assert 'hx-trigger="every 1s"' in page.text
    await admin.post(f"{PLACE}/proofs/cancellations")
    page = await admin.get(f"{PLACE}/proofs")
    assert "The last one was stopped." in words(page)
    (row,) = await rows("SELECT id FROM proofs")
    await proofs.run(row["id"])
    assert not await rows("SELECT FROM proofs WHERE found IS NOT NULL"), "what was stopped is not made"


async def test_a_proof_names_what_does_not_fit(admin: Browser) -> None:
    await give(BOB, 500, HARBOUR)
    await rows("ALTER TABLE user_economy DISABLE TRIGGER USER")
    await rows("UPDATE user_economy SET balance = balance + 1 WHERE user_id = $1", BOB)
    await rows("ALTER TABLE user_economy ENABLE TRIGGER USER")
    await admin.post(f"{PLACE}/proofs")
    await until(lambda: rows("SELECT FROM proofs WHERE found IS NOT NULL"))
    shown = words(await admin.get(f"{PLACE}/proofs"))
    assert "The books are wrong" in shown
    assert "501 ≠ 500" in shown


@pytest.mark.parametrize(("who", "status"), [(MODERATOR, 200), (ALICE, 403), (STRANGER, 404)])
async def test_figures_are_for_moderators_and_proofs_for_admins(whole: Whole, who: int, status: int) -> None:
    async with browser(whole) as one:
        await one.sign_in(who)
        for path in ("", "/activity", "/economy", "/commands.csv", "/activity.csv", "/economy.csv"):
            assert (await one.get(f"{PLACE}{path}")).status_code == status
        assert (await one.get(f"{PLACE}/proofs")).status_code == (404 if who == STRANGER else 403)
        assert "/proofs" not in (await one.get(f"{PLACE}/economy")).text
