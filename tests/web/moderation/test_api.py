"""Cases over the API: the same authority as the commands, once for each key, and true about what isn't done yet."""

from __future__ import annotations

import asyncio
import itertools
from datetime import datetime
from typing import Any

import pytest
from httpx import Response

from discord_api import bans
from discord_api.permissions import Permissions
from models.moderation import CaseKind
from playground.world.cast import ALICE, BOB, BRUNA, CAPTAIN, HARBOUR, MANAGER, MODERATOR, PRACA, SAILOR, WATCH
from playground.world.entities import Guild
from services.core import audit
from services.core.actors import Actor
from services.identity.authority import Role
from services.moderation.scopes import MODERATION_READ, MODERATION_WRITE
from tests.support.callers import PUNISHING, Ask, Caller, Desk, by_key, by_token
from tests.support.cases import opened
from tests.support.waiting import until
from web.api.moderation import punishments
from web.frame.idempotency import HEADER
from web.routes import PREFIX

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


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine takes longer than a program should have to wait."""
    monkeypatch.setattr(punishments, "PATIENCE", 30.0)


@pytest.fixture
def office(desk: Desk, admin: Caller) -> Office:
    return Office(desk, admin)


@pytest.fixture
def harbour(desk: Desk) -> Guild:
    return desk.play.world.guild(HARBOUR)


def about(user_id: int, **more: Any) -> dict[str, Any]:
    return {"user_id": str(user_id), "reason": "Painted the wall", **more}


# Punishments


async def test_a_ban_is_in_effect_when_it_is_answered_and_a_repeat_bans_nobody_again(
    office: Office, harbour: Guild
) -> None:
    body = about(BOB, duration=86_400, delete_messages=3600)
    made = await office.ask("POST", "ban", body, key="same")
    assert made.status_code == 201, made.text
    case = made.json()
    assert made.headers["location"] == f"{PREFIX}/guilds/{HARBOUR}/moderation/logs/{case['number']}"
    assert (case["action"], case["state"], case["user_id"]) == ("ban", "active", str(BOB))
    assert (case["moderator_id"], case["duration"], case["notice"]) == (str(MANAGER), 86_400, "sent")
    assert BOB in harbour.bans
    again = await office.ask("POST", "ban", body, key="same")
    assert (again.status_code, again.json()) == (201, case)
    assert await office.listed() == [case["number"]]
    assert [one.action for one in await audit.page(HARBOUR)].count("moderation.ban") == 1


async def test_each_operation_does_in_discord_what_its_name_says(office: Office, harbour: Guild) -> None:
    alice = harbour.members[ALICE]
    for path, body, action in (
        ("notes", {"user_id": str(ALICE), "text": "Is new"}, CaseKind.NOTE),
        ("warn", about(ALICE, notify=False), CaseKind.WARN),
        ("mute", about(ALICE, duration=600), CaseKind.TIMEOUT),
        ("nicknames", about(ALICE, nickname="Al"), CaseKind.NICK),
        ("role-changes", about(ALICE, role_id=str(SAILOR), change="remove"), CaseKind.ROLE),
    ):
        answer = await office.ask("POST", path, body)
        assert (answer.status_code, answer.json()["action"]) == (201, action), answer.text
    assert alice.timed_out_until is not None
    assert (alice.nick, alice.role_ids) == ("Al", [])
    for path, body, action in (
        ("unmutes", about(ALICE), CaseKind.UNTIMEOUT),
        ("nicknames", about(ALICE, nickname=None), CaseKind.NICK),
        ("role-changes", about(ALICE, role_id=str(SAILOR), change="give"), CaseKind.ROLE),
    ):
        assert (await office.ask("POST", path, body)).json()["action"] == action
    unmuted: datetime | None = harbour.members[ALICE].timed_out_until
    assert (unmuted, alice.nick, alice.role_ids) == (None, None, [SAILOR])
    kicked = await office.ask("POST", "kicks", about(ALICE))
    assert (kicked.json()["action"], ALICE in harbour.members) == ("kick", False)
    cleared = await office.ask("POST", "kicks", about(BRUNA, delete_messages=60))
    assert (cleared.json()["action"], BRUNA in harbour.members, BRUNA in harbour.bans) == ("softban", False, False)
    await office.ask("POST", "ban", about(BOB))
    assert (await office.ask("POST", "unbans", about(BOB))).status_code == 201
    assert BOB not in harbour.bans


async def test_a_ban_that_is_not_there_is_not_lifted_and_the_case_of_one_that_others_removed_is_closed(
    office: Office, harbour: Guild
) -> None:
    never = await office.ask("POST", "unbans", about(BOB))
    assert (never.status_code, never.json()["detail"]) == (409, f"@{BOB} isn't banned.")
    assert await office.listed() == []
    banned = (await office.ask("POST", "ban", about(BOB, duration=86_400))).json()
    del harbour.bans[BOB]
    closed = await office.ask("POST", "unbans", about(BOB), key="same")
    assert (closed.status_code, closed.json()["number"], closed.json()["state"]) == (201, banned["number"], "ended")
    assert closed.headers["location"].endswith(f"/logs/{banned['number']}")
    again = await office.ask("POST", "unbans", about(BOB), key="same")
    assert (again.status_code, again.json()) == (201, closed.json())
    assert await office.listed() == [banned["number"]]


async def test_what_takes_longer_is_answered_with_where_to_look_and_a_repeat_looks_again(
    office: Office, harbour: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, add = asyncio.Event(), bans.add

    async def late(*args: Any, **more: Any) -> None:
        await answered.wait()
        await add(*args, **more)

    monkeypatch.setattr(bans, "add", late)
    monkeypatch.setattr(punishments, "PATIENCE", 0.05)
    begun = await office.ask("POST", "ban", about(BOB), key="same")
    assert (begun.status_code, begun.json()["state"]) == (202, "pending")
    path = begun.headers["location"].partition("/moderation/")[2]
    assert (await office.get(path))["state"] == "pending"
    answered.set()

    async def done() -> bool:
        return bool((await office.get(path))["state"] == "active")

    await until(done)
    again = await office.ask("POST", "ban", about(BOB), key="same")
    assert (again.status_code, again.json()["state"]) == (201, "active")
    assert again.headers["location"] == begun.headers["location"]
    assert BOB in harbour.bans


async def test_a_key_may_do_what_its_maker_may_do_now_and_a_refusal_reaches_nobody(desk: Desk, harbour: Guild) -> None:
    key = await by_key("key", HARBOUR, frozenset({MODERATION_WRITE}))
    office = Office(desk, key)
    assert (await office.ask("POST", "ban", about(BOB))).status_code == 201
    harbour.roles[CAPTAIN].permissions &= ~PUNISHING
    for path, more in (("ban", {}), ("mute", {"duration": 60}), ("kicks", {}), ("warn", {})):
        refused = await office.ask("POST", path, about(ALICE, **more))
        assert refused.status_code == 403, refused.text
        assert refused.json()["detail"]
    assert (await office.ask("GET", "logs")).status_code == 403, "it has no scope for reading"
    assert (list(harbour.bans), harbour.members[ALICE].timed_out_until) == ([BOB], None)
    assert await Office(desk, await by_key("reader", HARBOUR, frozenset({MODERATION_READ}))).listed() == [1]


async def test_rank_counts_for_programs_too(desk: Desk, harbour: Guild) -> None:
    office = Office(desk, await by_token("moderator", MODERATOR, {HARBOUR: Role.MODERATOR}))
    refused = await office.ask("POST", "kicks", about(MANAGER))
    assert (refused.status_code, MANAGER in harbour.members) == (403, True)
    assert await office.listed() == []


async def test_what_discord_refuses_is_a_failed_case_that_says_why(
    office: Office, harbour: Guild, monkeypatch: pytest.MonkeyPatch
) -> None:
    remove = bans.remove

    async def too_late(*args: Any, **more: Any) -> None:
        del harbour.bans[BOB]
        await remove(*args, **more)

    monkeypatch.setattr(bans, "remove", too_late)
    harbour.bans[BOB] = "Spam"
    refused = (await office.ask("POST", "unbans", about(BOB))).json()
    assert (refused["state"], refused["failure"], refused["failure_code"]) == ("failed", "They aren't banned.", 10026)
    warned = (await office.ask("POST", "warn", about(BOB, notify=False))).json()
    assert (warned["failure"], warned["failure_code"]) == (None, None)


async def test_a_timeout_that_is_none_is_not_ended(office: Office) -> None:
    answer = await office.ask("POST", "unmutes", about(ALICE))
    assert (answer.status_code, "isn't in timeout" in answer.json()["detail"]) == (409, True)
    assert await office.listed() == []


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("mute", {"duration": 0}),
        ("mute", {}),
        ("mute", {"duration": 10**12}),
        ("ban", {"delete_messages": 604_801}),
        ("ban", {"duration": "1d"}),
        ("warn", {"reason": ""}),
        ("warn", {"reason": "x" * 4001}),
        ("nicknames", {"nickname": "x" * 33}),
        ("role-changes", {"role_id": str(SAILOR), "change": "swap"}),
    ],
)
async def test_a_body_that_makes_no_sense_opens_no_case(office: Office, path: str, body: dict[str, Any]) -> None:
    assert (await office.ask("POST", path, about(ALICE) | body)).status_code == 422
    assert await office.listed() == []


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
    changed = await office.ask("PATCH", f"logs/{number}", {"reason": "Spam, twice", "duration": 3600})
    assert (changed.json()["reason"], changed.json()["duration"]) == ("Spam, twice", 3600)
    endless = await office.ask("PATCH", f"logs/{number}", {"duration": None})
    assert (endless.json()["reason"], endless.json()["expires_at"]) == ("Spam, twice", None)
    noted = await office.ask("POST", f"logs/{number}/notes", {"text": "Apologized"})
    assert (noted.status_code, noted.json()["events"][-1]["note"]) == (201, "Apologized")
    voided = await office.ask("PUT", f"logs/{number}/void", {"reason": "A mistake"})
    assert voided.json()["state"] == "voided"
    assert (await office.ask("PUT", f"logs/{number}/void", {})).status_code == 409
    assert (await office.ask("DELETE", f"logs/{number}/void")).json()["state"] == "active"
    told = [(event["change"], event["summary"]) for event in (await office.get(f"logs/{number}"))["events"]]
    assert [change for change, _ in told] == ["opened", "edited", "duration", "duration", "noted", "voided", "reopened"]
    assert (told[1][1], told[5][1]) == ("Before: Spam", "A mistake")


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


async def test_whoever_may_no_longer_ban_cannot_unban_by_moving_the_end_of_their_ban(
    desk: Desk, harbour: Guild
) -> None:
    office = Office(desk, await by_token("moderator", MODERATOR, {HARBOUR: Role.MODERATOR}))
    harbour.bans[BOB] = ""
    case = await opened(CaseKind.BAN, user_id=BOB, guild_id=HARBOUR, by=Actor(MODERATOR, "r"))
    shorter = await office.ask("PATCH", f"logs/{case.number}", {"duration": 60})
    assert (shorter.status_code, "Ban Members" in shorter.text) == (403, True)
    edited = await office.ask("PATCH", f"logs/{case.number}", {"reason": "Spam"})
    assert (edited.json()["reason"], edited.json()["duration"]) == ("Spam", None)
    harbour.roles[WATCH].permissions |= PUNISHING
    assert (await office.ask("PATCH", f"logs/{case.number}", {"duration": 86_400})).json()["duration"] == 86_400


async def test_whoever_may_only_delete_messages_reads_no_private_notes(desk: Desk, harbour: Guild) -> None:
    office = Office(desk, await by_token("moderator", MODERATOR, {HARBOUR: Role.MODERATOR}))
    number = (await opened(CaseKind.NOTE, user_id=ALICE, guild_id=HARBOUR, reason="Is new")).number
    assert (await office.get(f"logs/{number}"))["events"][0]["note"] == "Is new"
    harbour.roles[WATCH].permissions = Permissions.MANAGE_MESSAGES
    refused = await office.ask("GET", f"logs/{number}")
    assert (refused.status_code, "Is new" in refused.text) == (403, False)
