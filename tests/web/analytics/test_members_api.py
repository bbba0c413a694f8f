"""People and members over the API: oneself for everybody, others for moderators of their server only."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR, PRACA, STRANGER
from services import analytics
from services.core.transactions import rows
from tests.support.browser import Browser
from tests.support.coins import give
from tests.support.waiting import until
from tests.web.analytics.api import SERVER, Api, met


async def test_one_reads_who_one_is_and_chooses_a_language(api: Api) -> None:
    await met(ALICE, "alice.moreau")
    answer = await api.call("PUT", "/api/v1/users/me", ALICE, json={"language": "pt-BR"})
    assert answer.status_code == 200, answer.text
    found = (await api.get("/api/v1/users/me", ALICE)).json()
    assert (found["id"], found["username"], found["language"], found["operator"]) == (
        str(ALICE),
        "alice.moreau",
        "pt-BR",
        False,
    )
    for wrong in ({"language": "xx"}, {}, {"language": None, "username": "root"}):
        refused = await api.call("PUT", "/api/v1/users/me", ALICE, json=wrong)
        assert refused.status_code == 422
    assert (await api.get("/api/v1/users/me", BOB)).json()["language"] is None


async def test_the_list_names_every_server_of_ones_own_page_by_page(window: Browser) -> None:
    # The worker lists them at its start; a row without a size is there before, from a setting or a use.
    await until(lambda: rows("SELECT FROM guilds WHERE discord_id = $1 AND member_count IS NOT NULL", PRACA))
    await until(lambda: rows("SELECT FROM guilds WHERE discord_id = $1 AND member_count IS NOT NULL", HARBOUR))
    await window.sign_in(MODERATOR)
    first = (await window.get("/api/v1/guilds", params={"limit": 1})).json()
    second = (await window.get("/api/v1/guilds", params={"after": first["next"]})).json()
    found = {one["id"]: one for one in first["guilds"] + second["guilds"]}
    assert set(found) == {str(HARBOUR), str(PRACA)}
    assert (found[str(PRACA)]["owner"], found[str(PRACA)]["managed"], found[str(HARBOUR)]["managed"]) == (
        True,
        True,
        False,
    )
    assert all(one["installed"] and one["member_count"] for one in found.values())
    assert second["next"] is None


async def test_members_come_in_pages_and_by_search(api: Api) -> None:
    for user_id, name in ((ALICE, "alice.moreau"), (BOB, "bobcastell"), (MANAGER, "samir.h")):
        await met(user_id, name)
    await met(STRANGER, "albatross", PRACA)
    await give(BOB, 9, HARBOUR)
    first = (await api.get(f"{SERVER}/members", MANAGER, limit=2)).json()
    second = (await api.get(f"{SERVER}/members", MANAGER, after=first["next"])).json()
    assert [one["username"] for one in first["members"] + second["members"]] == [
        "alice.moreau",
        "bobcastell",
        "samir.h",
    ]
    assert second["next"] is None
    found = (await api.get(f"{SERVER}/members", MANAGER, search="AL")).json()["members"]
    assert [(one["user_id"], one["balance"]) for one in found] == [(str(ALICE), 0)]
    richest = (await api.get(f"{SERVER}/members", MANAGER, sort="balance")).json()["members"]
    assert [(one["username"], one["balance"]) for one in richest] == [("bobcastell", 9)]
    for wrong in ({"limit": 101}, {"limit": 0}, {"sort": "id"}, {"after": "nonsense"}, {"colour": "red"}):
        assert (await api.get(f"{SERVER}/members", MANAGER, **wrong)).status_code == 422


async def test_names_of_any_letters_lead_on_to_the_next_page(api: Api) -> None:
    names = ["\U0001f40c" * 32, '\\"' * 16, "%_", "żółw"]
    for user_id, name in enumerate(names, 1):
        await met(user_id, name)
    found: list[str] = []
    after: str | None = None
    while not found or after:
        page = (await api.get(f"{SERVER}/members", MANAGER, limit=1, **({"after": after} if after else {}))).json()
        found += [one["username"] for one in page["members"]]
        after = page["next"]
    assert sorted(found) == sorted(names)


async def test_whom_only_discord_knows_can_be_searched_for(api: Api) -> None:
    await met(ALICE, "alice.moreau")
    found = (await api.get(f"{SERVER}/members/search", MANAGER, query="alice")).json()["members"]
    assert [(one["user_id"], one["known"]) for one in found] == [(str(ALICE), True)]
    (other,) = (await api.get(f"{SERVER}/members/search", MANAGER, query="otto")).json()["members"]
    assert (other["display_name"], other["known"]) == ("Otto Vance", False)


async def test_nobody_can_spend_what_discord_allows_the_bot_on_searches(api: Api) -> None:
    statuses = [(await api.get(f"{SERVER}/members/search", MANAGER, query="a")).status_code for _ in range(31)]
    # Some find Discord's own limit reached, for which nobody waits long; the last one finds ours.
    assert set(statuses[:30]) <= {200, 503}
    assert (statuses[0], statuses[30]) == (200, 429)


async def test_a_member_is_shown_in_full_and_somebody_elses_member_not_at_all(api: Api) -> None:
    await met(ALICE, "alice.moreau")
    await give(ALICE, 50, HARBOUR)
    await met(STRANGER, "wren", PRACA)
    await analytics.count()
    found = (await api.get(f"{SERVER}/members/{ALICE}", MANAGER)).json()
    assert (found["member"]["balance"], found["rank"], found["frozen"]) == (50, 1, False)
    assert [one["command"] for one in found["recent_commands"]] == ["daily"]
    assert (found["stats"]["uses"], found["stats"]["active_days"]) == (1, 1)
    assert (await api.get(f"{SERVER}/members/{STRANGER}", MANAGER)).status_code == 404
