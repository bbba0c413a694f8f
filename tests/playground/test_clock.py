"""The clock that can be moved forward: what it changes, and who comes along."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest

from playground.client.acting import Play
from playground.world.cast import ALICE, GENERAL, HARBOUR
from playground.world.clock import Clock

DAY = timedelta(days=1)


async def move(page: httpx.AsyncClient, seconds: object) -> httpx.Response:
    return await page.post("/ui/clock", json={"seconds": seconds})


async def test_a_timeout_ends_once_the_clock_has_passed_it(page: httpx.AsyncClient, play: Play) -> None:
    play.world.guilds[HARBOUR].members[ALICE].timed_out_until = play.world.now() + timedelta(hours=1)
    said = {"as": str(ALICE), "content": "Hello?"}
    assert (await page.post(f"/ui/channels/{GENERAL}/messages", json=said)).status_code == 403
    assert (await move(page, 3600)).status_code == 200
    assert (await page.post(f"/ui/channels/{GENERAL}/messages", json=said)).status_code == 200


async def test_what_is_written_after_a_move_has_the_later_time(page: httpx.AsyncClient, play: Play) -> None:
    before = play.say("Today", as_=ALICE)
    moved = await move(page, 86_400)
    after = play.say("Tomorrow", as_=ALICE)
    assert after.made_at - before.made_at >= DAY
    assert datetime.fromisoformat(moved.json()["now"]) - before.made_at >= DAY
    assert (await page.get("/ui/world")).json()["ahead"] == 86_400


@pytest.mark.parametrize("seconds", [0, -60, 1.5, True, "60", None, 367 * 86_400])
async def test_time_moves_neither_back_nor_by_nonsense(page: httpx.AsyncClient, play: Play, seconds: object) -> None:
    refused = await move(page, seconds)
    assert (refused.status_code, play.world.clock.ahead) == (422, timedelta())
    assert "only moves forward" in refused.json()["error"]


async def test_the_bot_moves_first_and_where_it_cannot_nothing_moves() -> None:
    seen = []

    async def follow(ahead: timedelta) -> None:
        seen.append((ahead, clock.ahead))
        if ahead > DAY:
            raise ConnectionError

    clock = Clock(follow=follow)
    await clock.move(DAY)
    with pytest.raises(ConnectionError):
        await clock.move(DAY)
    assert seen == [(DAY, timedelta()), (2 * DAY, DAY)]
    assert clock.ahead == DAY
