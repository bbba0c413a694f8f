"""The playground's clock takes the whole bot along: what is due happens, and nobody is signed out."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from httpx import AsyncClient

from app import local, moved_clock
from app.parts import connector
from app.settings import Settings, StartError
from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER
from services.core import clock, jobs, schedules
from services.core.transactions import rows
from services.core.worker import Task, Worker, listen
from services.directory.scopes import GUILDS_READ
from services.identity import api_keys, refresh_tokens
from tests.support.browser import browser
from tests.support.clock import moved_back
from tests.support.coins import balance, give
from tests.support.waiting import until
from tests.support.whole import Whole

pytestmark = [pytest.mark.within, pytest.mark.usefixtures("unasked")]

DAY = timedelta(days=1)


async def press(whole: Whole, by: timedelta) -> None:
    """Press a button of the playground's clock."""
    async with AsyncClient(base_url=whole.playground) as page:
        assert (await page.post("/ui/clock", json={"seconds": by // timedelta(seconds=1)})).status_code == 200


async def has(user_id: int, coins: int) -> bool:
    return await balance(user_id, HARBOUR) == coins


async def timed() -> bool:
    """Whether a timer waits to lift a punishment."""
    return bool(await rows("SELECT FROM jobs WHERE kind = 'moderation.lift'"))


async def test_a_day_later_pay_and_streak_come_again_and_an_offer_has_expired(whole: Whole) -> None:
    await give(BOB, 100, HARBOUR)
    assert "Day 1 in a row" in (await whole.play.slash("daily", as_=ALICE)).content
    offered = await whole.play.slash("pay", as_=BOB, member=ALICE, amount="60", ask_first=True)
    assert await has(BOB, 40)
    await press(whole, DAY)
    await until(partial(has, BOB, 100))
    assert "didn't accept in time" in (await whole.play.press(offered, "Accept", as_=ALICE)).content
    assert "Day 2 in a row" in (await whole.play.slash("daily", as_=ALICE)).content
    assert "already" in (await whole.play.slash("daily", as_=ALICE)).content


async def test_a_ban_for_a_day_is_lifted_once_the_day_has_passed(whole: Whole) -> None:
    bans = whole.play.world.guilds[HARBOUR].bans
    await whole.play.slash("ban", as_=MANAGER, user=BOB, reason="Shouting", duration="1d")
    await until(timed)
    assert BOB in bans
    await press(whole, DAY)
    await until(lambda: BOB not in bans)


async def test_nobody_is_signed_out_and_pages_count_from_the_moved_time(whole: Whole, database: str) -> None:
    pair = await refresh_tokens.begin(MANAGER)
    soon = clock.now() + timedelta(minutes=5)
    _, secret = await api_keys.create(HARBOUR, MANAGER, "key", {GUILDS_READ}, expires_at=soon)
    async with browser(whole) as window:
        await window.sign_in(MANAGER)
        await press(whole, 60 * DAY)
        page = await window.get("/sessions")
        assert (page.status_code, 'data-ahead="5184000.0"' in page.text) == (200, True)
        for proof, path in ((pair.access_token, "users/me"), (secret, f"guilds/{HARBOUR}")):
            answer = await window.get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {proof}", "Cookie": ""})
            assert answer.status_code == 200, answer.text
    assert await refresh_tokens.rotate(pair.refresh_token)
    assert await moved_clock.found(database) == 60 * DAY, "the next start goes on from there"


async def test_after_a_move_jobs_run_as_they_came_due_and_each_round_once(database: str, settings: Settings) -> None:
    seen: list[str] = []

    async def note(task: Task) -> None:
        seen.append(task.payload["name"])

    async def tick() -> None:
        seen.append("tick")

    rounds = {"tick": (timedelta(minutes=1), tick)}
    worker = Worker({"note": note, **schedules.handlers(rounds)}, slots=1)
    await schedules.wind(rounds)
    for name, days in (("later", 6), ("tomorrow", 1), ("next month", 30)):
        await jobs.enqueue("note", {"name": name}, at=clock.now() + days * DAY)
    stop = asyncio.Event()
    working = asyncio.gather(worker.run(stop), listen(worker, connector(database), stop))
    try:
        await moved_clock.move_to(7 * DAY)
        await until(lambda: len(seen) == 3)
        (due,) = await rows("SELECT due_at - tatiana_now() AS wait FROM jobs WHERE kind = 'tick'")
    finally:
        stop.set()
        await working
        await moved_back()
    assert seen == ["tick", "tomorrow", "later"]
    assert timedelta() < due["wait"] <= timedelta(minutes=1)


async def test_a_database_that_ran_ahead_is_not_used_with_discord(database: str, settings: Settings) -> None:
    await local._refuse_a_moved_clock(settings)
    try:
        await moved_clock.move_to(DAY)
        with pytest.raises(StartError, match=r"1 day.* ahead"):
            await local._refuse_a_moved_clock(settings)
    finally:
        await moved_back()
