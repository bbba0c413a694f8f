"""Who may do what: every operation as each kind of caller, against the table of the policy."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.settings import Settings
from playground.world.cast import ALICE, HARBOUR
from tests.support.asking import ask_for
from tests.support.callers import (
    OPERATIONS,
    OPERATOR,
    Ask,
    Cast,
    Desk,
    a_minute_passes,
    by_token,
    everybody,
    expected,
    gather,
)
from tests.support.examples import Whose
from tests.support.stored import snapshot
from tests.support.waiting import until
from tests.support.whole import HOME
from web.api.settings.values import EXAMPLE
from web.frame.rules import POLICY


@pytest.fixture
async def settings(settings: Settings) -> Settings:
    """An installation that somebody runs."""
    return replace(settings, owner_ids=frozenset({OPERATOR}))


TURNED_AWAY = (401, 403, 404)


async def test_each_caller_may_what_the_table_says_and_no_more(desk: Desk) -> None:
    cast = await gather(desk)
    await _learn_of_the_loss(desk, cast)
    wrong, cells = [], 0
    for route, method, endpoint in OPERATIONS:
        await a_minute_passes()
        for caller in await everybody(cast):
            in_guild = "{guild_id:" in route.path
            awaited = expected(POLICY[endpoint.id], caller, HARBOUR if in_guild else None)
            doer = ALICE if caller.kind is None else caller.user_id
            ask = await ask_for(route.path, method, endpoint, Whose(desk.whole, HARBOUR, doer))
            answer = await desk.send(caller, ask)
            cells += 1
            got = answer.status_code if answer.status_code in TURNED_AWAY else None
            if got != awaited or answer.status_code >= 500:
                said = f"{answer.status_code}, not {awaited}: {answer.text[:200]}"
                wrong.append(f"{endpoint.id} as {caller.name}: {said}")
    assert not wrong, "\n".join(wrong)
    assert cells == 13 * len(POLICY)


async def _learn_of_the_loss(desk: Desk, cast: Cast) -> None:
    """A right that was lost is lost at once for writing; and once somebody tried, for reading too."""
    former = await by_token("former admin", cast.dismissed, {})
    settings = Ask("/guilds/{guild_id:id}/config", "GET", {"guild_id": str(HARBOUR)})
    assert (await desk.send(former, settings)).status_code == 200, "what was known a moment ago is good for reading"
    change = settings._replace(method="PATCH", body=EXAMPLE, headers={"If-Match": '"v0"'})
    assert (await desk.send(former, change)).status_code == 403

    async def turned_away() -> bool:  # by every process; another one hears of it within a second
        return {(await desk.send(former, settings)).status_code for _ in range(4)} == {403}

    await until(turned_away)


async def test_a_browser_that_another_site_drives_changes_nothing(desk: Desk) -> None:
    cast = await gather(desk)
    admin = (await everybody(cast))[5]
    passed = []
    for number, (route, method, endpoint) in enumerate(OPERATIONS):
        if method == "GET":
            continue
        ask = await ask_for(route.path, method, endpoint, Whose(desk.whole, HARBOUR, admin.user_id))
        foreign = FOREIGN[number % len(FOREIGN)]
        headers = {name: value for name, value in admin.headers.items() if name != "Origin"} | foreign
        before = await snapshot()
        answer = await desk.send(admin._replace(headers=headers), ask)
        if answer.status_code != 403 or await snapshot() != before:
            passed.append(f"{endpoint.id} {foreign}: {answer.status_code}")
    assert not passed, "\n".join(passed)


FOREIGN: tuple[dict[str, str], ...] = (
    {},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": f"{HOME}.evil.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": HOME},
)
