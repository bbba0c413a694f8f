"""People, servers, members and figures over the API: what one's own role may read, and nothing of anybody else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.moderation import CaseKind, CaseState
from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, PRACA, STRANGER
from services import analytics
from services.analytics.scopes import ANALYTICS_READ
from services.core.transactions import rows
from services.directory.scopes import GUILDS_READ
from services.identity import api_keys
from services.moderation import cases
from tests.support.browser import Browser
from tests.support.cases import STAFF, opened
from tests.support.coins import give
from tests.support.uses import Used, noon, use
from tests.support.waiting import until
from tests.support.whole import Whole
from tests.web.analytics.api import SERVER, Api, met

MODERATORS_ONLY = (
    "members",
    f"members/{ALICE}",
    "members/search?query=a",
    "analytics/overview",
    "analytics/commands",
    "analytics/activity",
    "analytics/economy",
    "analytics/moderation",
)


async def test_ones_own_figures_are_ones_own(api: Api) -> None:
    await met(ALICE, "alice.moreau")
    await met(ALICE, "alice.moreau", PRACA)
    await give(ALICE, 70, HARBOUR)
    found = (await api.get(f"/api/v1/users/{ALICE}/stats", ALICE)).json()
    assert {one["guild_id"]: one["balance"] for one in found["guilds"]} == {str(HARBOUR): 70, str(PRACA): 0}
    assert (await api.get(f"/api/v1/users/{ALICE}/stats", MANAGER)).status_code == 404


async def test_members_read_their_server_and_strangers_find_nothing(api: Api) -> None:
    answer = await api.get(SERVER, BOB)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert (found["id"], found["name"], found["installed"]) == (str(HARBOUR), "The Harbour", True)
    assert (await api.get(SERVER, STRANGER)).status_code == 404
    assert (await api.get(f"/api/v1/guilds/{HARBOUR + 1}", BOB)).status_code == 404


async def test_a_server_that_did_not_change_is_not_sent_again(api: Api) -> None:
    etag = (await api.get(SERVER, BOB)).headers["etag"]
    again = await api.call("GET", SERVER, BOB, headers={"If-None-Match": etag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", MODERATORS_ONLY)
async def test_what_concerns_others_is_for_moderators(api: Api, path: str) -> None:
    await met(ALICE, "alice.moreau")
    statuses = [(await api.get(f"{SERVER}/{path}", who)).status_code for who in (STRANGER, BOB, MODERATOR, MANAGER)]
    assert statuses == [404, 403, 200, 200]


async def test_figures_tell_how_a_server_is_doing(api: Api) -> None:
    await use(
        Used(noon(), ALICE, guild_id=HARBOUR),
        Used(noon(), BOB, outcome="failed", guild_id=HARBOUR),
        Used(noon(), BOB, guild_id=PRACA),
    )
    await give(ALICE, 50, HARBOUR)
    await analytics.count()
    overview = (await api.get(f"{SERVER}/analytics/overview", MANAGER, days=30)).json()
    assert (overview["uses"]["now"], overview["active_members"]["now"], overview["supply"]["now"]) == (2, 2, 50)
    day = noon().date().isoformat()
    span = {"since": f"{day}T00:00:00Z", "until": f"{day}T23:59:59Z"}
    (command,) = (await api.get(f"{SERVER}/analytics/commands", MANAGER, **span)).json()["commands"]
    assert (command["name"], command["uses"], command["failure_share"]) == ("daily", 2, 0.5)
    points = (await api.get(f"{SERVER}/analytics/activity", MANAGER, **span, step="hour")).json()["points"]
    assert len(points) == 24
    assert [point["uses"] for point in points if point["uses"]] == [2]
    flow = (await api.get(f"{SERVER}/analytics/economy", MANAGER, first=day, last=day)).json()
    assert [(one["minted"], one["supply"]) for one in flow["days"]] == [(50, 50)]


async def test_figures_of_moderation_leave_out_what_failed_or_was_voided(api: Api) -> None:
    await opened(CaseKind.WARN, guild_id=HARBOUR)
    await opened(CaseKind.BAN, guild_id=HARBOUR, state=CaseState.ENDED)
    await opened(CaseKind.WARN, guild_id=PRACA)
    pending = await opened(CaseKind.BAN, guild_id=HARBOUR, state=CaseState.PENDING)
    await cases.fail(pending, "50013 Missing Permissions")
    wrong = await opened(CaseKind.WARN, guild_id=HARBOUR)
    await cases.void(HARBOUR, STAFF, wrong.number, "")
    today = pending.created_at.date()
    span = {"first": (today - timedelta(days=1)).isoformat(), "last": today.isoformat()}
    days = (await api.get(f"{SERVER}/analytics/moderation", MANAGER, **span)).json()["days"]
    assert days == [
        {"day": span["first"], "cases": 0, "kinds": {}},
        {"day": span["last"], "cases": 2, "kinds": {"ban": 1, "warn": 1}},
    ]


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("overview", {"days": "8"}),
        ("overview", {"days": "seven"}),
        ("commands", {"since": "2026-01-02T00:00:00Z", "until": "2026-01-01T00:00:00Z"}),
        ("commands", {"since": "1700000000"}),
        ("commands", {"since": "0001-01-01T00:00:00+23:59"}),
        ("commands", {"until": "2000-01-01T00:00:00Z"}),
        ("commands", {"since": "2026-01-02T00:00:00"}),
        ("activity", {"since": "2026-01-02T00:00:00Z", "until": "2026-06-02T00:00:00Z", "step": "hour"}),
        ("activity", {"step": "minute"}),
        ("economy", {"first": "2026-02-30"}),
        ("economy", {"first": "2099-12-31", "last": "2000-01-01"}),
        ("economy", {"last": "2000-01-01"}),
        ("moderation", {"first": "2026-02-02", "last": "2026-02-01"}),
        ("moderation", {"first": "2020-01-01", "last": "2026-02-01"}),
    ],
)
async def test_a_range_that_makes_no_sense_is_refused_in_words(api: Api, path: str, query: dict[str, str]) -> None:
    answer = await api.get(f"{SERVER}/analytics/{path}", MANAGER, **query)
    assert answer.status_code == 422
    assert answer.json()["detail"]


async def test_a_key_reads_what_its_scopes_name_of_its_own_server_only(window: Browser) -> None:
    scopes = frozenset({ANALYTICS_READ, GUILDS_READ})
    _, secret = await api_keys.create(HARBOUR, MANAGER, "figures", scopes, expires_at=None, request_id="r")
    headers = {"Authorization": f"Bearer {secret}"}
    statuses = {
        path: (await window.http.get(path, headers=headers)).status_code
        for path in (
            SERVER,
            f"{SERVER}/analytics/overview",
            f"{SERVER}/members",
            f"/api/v1/guilds/{PRACA}",
            f"/api/v1/guilds/{PRACA}/analytics/overview",
            "/api/v1/users/me",
            "/api/v1/guilds",
        )
    }
    assert list(statuses.values()) == [200, 200, 403, 404, 404, 403, 403]


async def test_what_is_done_at_discord_is_soon_counted_by_the_worker(whole: Whole, api: Api) -> None:
    await whole.play.slash("daily", as_=ALICE)
    await until(lambda: rows("SELECT FROM command_days c JOIN economy_days e USING (guild_id)"), seconds=30)
    found = (await api.get(f"{SERVER}/analytics/overview", MANAGER)).json()
    assert {name: found[name]["now"] for name in ("uses", "active_members", "new_members", "transfers")} == {
        "uses": 1,
        "active_members": 1,
        "new_members": 1,
        "transfers": 1,
    }
