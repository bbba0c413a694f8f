"""Cases over the API: the same authority as the commands, once for each key, and true about what isn't done yet."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from httpx import Response

from models.moderation import CaseKind
from playground.world.cast import ALICE, BOB, HARBOUR, MODERATOR, PRACA
from services.identity.authority import Role
from tests.support.callers import Ask, Caller, Desk, by_token
from tests.support.cases import opened
from web.frame.idempotency import HEADER

pytestmark = pytest.mark.usefixtures("unhurried")

_keys = itertools.count()


class Office:
    """One caller at the cases of the harbour."""

    def __init__(self, desk: Desk, caller: Caller) -> None:
        self._desk, self._caller = desk, caller

    async def ask(self, method: str, path: str, body: Any = None, key: str = "", **query: str) -> Response:
        headers = {HEADER: key or f"fresh {next(_keys)}"} if method != "GET" else {}
        ask = Ask("/guilds/{guild_id:id}/moderation/" + path, method, {"guild_id": str(HARBOUR)}, body, query, headers)
        return await self._desk.send(self._caller, ask)

    async def get(self, path: str, **query: str) -> Any:
        answer = await self.ask("GET", path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def listed(self, **query: str) -> list[int]:
        return [case["number"] for case in (await self.get("logs", **query))["cases"]]


@pytest.fixture
def office(desk: Desk, admin: Caller) -> Office:
    return Office(desk, admin)


# Reading and changing cases


async def test_a_list_is_filtered_and_paged(office: Office) -> None:
    for who, kind, reason in (
        (ALICE, CaseKind.WARN, "Spam in general"),
        (BOB, CaseKind.BAN, "Spamming"),
        (ALICE, CaseKind.KICK, "Painted the wall"),
    ):
        await opened(kind, user_id=who, guild_id=HARBOUR, reason=reason)
    await opened(user_id=ALICE, guild_id=PRACA)
    assert await office.listed() == [3, 2, 1]
    assert await office.listed(user_id=str(ALICE)) == [3, 1]
    assert await office.listed(action="ban", state="active") == [2]
    assert await office.listed(text="spam") == [2, 1]
    assert await office.listed(moderator_id=str(ALICE)) == []
    assert await office.listed(since="2099-01-01T00:00:00Z") == []
    first = await office.get("logs", limit="2")
    assert ([case["number"] for case in first["cases"]], first["next"]) == ([3, 2], "2")
    rest = await office.get("logs", limit="2", after=first["next"])
    assert ([case["number"] for case in rest["cases"]], rest["next"]) == ([1], None)


async def test_a_case_is_changed_and_tells_what_was_changed(office: Office) -> None:
    number = (await opened(CaseKind.WARN, user_id=ALICE, guild_id=HARBOUR, reason="Spam")).number
    changed = await office.ask("PATCH", f"logs/{number}", {"reason": "Spam, twice"})
    assert changed.json()["reason"] == "Spam, twice"
    noted = await office.ask("POST", f"logs/{number}/notes", {"text": "Apologized"})
    assert (noted.status_code, noted.json()["events"][-1]["note"]) == (201, "Apologized")
    voided = await office.ask("PUT", f"logs/{number}/void", {"reason": "A mistake"})
    assert voided.json()["state"] == "voided"
    assert (await office.ask("PUT", f"logs/{number}/void", {})).status_code == 409
    assert (await office.ask("DELETE", f"logs/{number}/void")).json()["state"] == "active"
    told = [(event["change"], event["summary"]) for event in (await office.get(f"logs/{number}"))["events"]]
    assert [change for change, _ in told] == ["opened", "edited", "noted", "voided", "reopened"]
    assert (told[1][1], told[3][1]) == ("Before: Spam", "A mistake")


async def test_others_cases_take_manage_server_to_change(desk: Desk) -> None:
    office = Office(desk, await by_token("moderator", MODERATOR, {HARBOUR: Role.MODERATOR}))
    number = (await opened(user_id=ALICE, guild_id=HARBOUR)).number
    assert (await office.get(f"logs/{number}"))["number"] == number
    for method, path, body in (
        ("PATCH", "", {"reason": "Nothing"}),
        ("POST", "/notes", {"text": "Nothing"}),
        ("PUT", "/void", {}),
        ("DELETE", "/void", None),
    ):
        assert (await office.ask(method, f"logs/{number}{path}", body)).status_code == 403
    assert [event["change"] for event in (await office.get(f"logs/{number}"))["events"]] == ["opened"]
