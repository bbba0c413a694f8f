"""What matters for trust stands in the audit log, once, if and only if it happened."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from playground.world.cast import ALICE, HARBOUR, MANAGER, PRACA, STRANGER
from services.core.transactions import rows
from services.identity import refresh_tokens
from services.identity.authority import Role
from tests.support.asking import ask_for
from tests.support.callers import OPERATIONS, Ask, Caller, Desk, a_minute_passes, by_session, by_token, known
from tests.support.examples import Whose, joined
from web.frame.idempotency import HEADER

pytestmark = pytest.mark.usefixtures("unhurried")

# One line for each of these, by operation.
LINES = joined(lambda area: area.audited)


async def _newest() -> int:
    (row,) = await rows("SELECT coalesce(max(id), 0) AS id FROM audit_log")
    return int(row["id"])


async def _since(last: int) -> list[dict[str, Any]]:
    # When the worker learns of the servers is its own affair.
    return await rows("SELECT * FROM audit_log WHERE id > $1 AND action <> 'guild.installed' ORDER BY id", last)


async def test_each_act_leaves_its_line_and_what_only_reads_leaves_none(desk: Desk) -> None:
    await known(desk.whole, MANAGER, HARBOUR)
    wrong = []
    for route, method, endpoint in OPERATIONS:
        await a_minute_passes()
        admin = await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN})
        ask = await ask_for(route.path, method, endpoint, Whose(desk.whole, HARBOUR, MANAGER))
        last = await _newest()
        answer = await desk.send(admin, ask)
        if endpoint.operation.finishes and answer.status_code == 202:
            await desk.done(admin, ask)
        found = await _since(last)
        acts = [row["action"] for row in found]
        if endpoint.id == "sessions.end_all":  # one for each program
            acts = sorted(set(acts))
        if acts != LINES.get(endpoint.id, []):
            wrong.append(f"{endpoint.id}: {acts} with {answer.status_code} {answer.text[:120]}")
        if any(row["request_id"] != answer.headers["x-request-id"] for row in found):
            wrong.append(f"{endpoint.id}: lines without the request's id")
        if any(row["guild_id"] != (HARBOUR if "guild_id" in ask.values else 0) for row in found):
            wrong.append(f"{endpoint.id}: lines in another server")
    assert not wrong, "\n".join(wrong)


GRANT = Ask(
    "/guilds/{guild_id:id}/economy/grants",
    "POST",
    {"guild_id": str(HARBOUR)},
    {"user_id": str(ALICE), "coins": 5},
    headers={HEADER: "k"},
)


async def test_who_tries_what_they_may_not_is_noted_once_a_minute_for_each_operation(desk: Desk) -> None:
    member = await by_token("member", ALICE, {HARBOUR: Role.MEMBER})
    last = await _newest()
    answers = await asyncio.gather(*(desk.send(member, GRANT) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {403}
    takes = GRANT._replace(route="/guilds/{guild_id:id}/economy/takes")
    await desk.send(member, takes)
    found = await _since(last)
    assert [(row["action"], row["guild_id"], row["actor_id"]) for row in found] == [
        ("request.refused", HARBOUR, ALICE)
    ] * 2
    assert [row["details"] for row in found] == [
        f'{{"status": 403, "operation": "economy_corrections.{name}"}}' for name in ("grant", "take")
    ]
    await a_minute_passes()
    await desk.send(member, GRANT)
    assert len(await _since(last)) == 3


async def test_a_stranger_writes_nothing_into_a_servers_log(desk: Desk) -> None:
    stranger = await by_token("stranger", STRANGER, {})
    last = await _newest()
    for guild_id in (HARBOUR, PRACA, 990000000000000001):
        answer = await desk.send(stranger, GRANT._replace(values={"guild_id": str(guild_id)}))
        assert answer.status_code == 404
    (row,) = await _since(last)
    assert (row["action"], row["guild_id"], row["actor_id"], row["target"]) == (
        "request.refused",
        0,
        STRANGER,
        str(HARBOUR),
    )


async def test_reading_what_is_not_ones_own_is_refused_without_a_line(desk: Desk) -> None:
    member = await by_token("member", ALICE, {HARBOUR: Role.MEMBER})
    last = await _newest()
    answer = await desk.send(member, Ask("/guilds/{guild_id:id}/audit-log", "GET", {"guild_id": str(HARBOUR)}))
    assert (answer.status_code, await _since(last)) == (403, [])


async def test_a_request_of_another_site_is_noted_and_a_flood_of_them_is_not(desk: Desk) -> None:
    victim: Caller = await by_session("victim", MANAGER, {HARBOUR: Role.ADMIN})
    evil = victim._replace(headers={**victim.headers, "Origin": "https://evil.example"})
    last = await _newest()
    for _ in range(5):
        assert (await desk.send(evil, GRANT)).status_code == 403
    (row,) = await _since(last)
    assert (row["action"], row["guild_id"], row["actor_id"]) == ("request.foreign", 0, 0)
    assert "evil" not in str(row)


async def test_a_token_that_is_used_twice_is_noted_with_its_end(desk: Desk) -> None:
    first = (await refresh_tokens.begin(ALICE)).refresh_token
    renew = Ask("/auth/refresh", "POST", {})
    nobody = Caller("nobody", 0, None, {})
    second = (await desk.send(nobody, renew._replace(body={"refresh_token": first}))).json()["refresh_token"]
    assert (await desk.send(nobody, renew._replace(body={"refresh_token": second}))).status_code == 200
    last = await _newest()
    answer = await desk.send(nobody, renew._replace(body={"refresh_token": first}))
    assert answer.status_code == 401
    (row,) = await _since(last)
    assert (row["action"], row["actor_id"], row["request_id"]) == (
        "token.reused",
        ALICE,
        answer.headers["x-request-id"],
    )


async def test_a_bad_code_is_noted_as_a_failed_sign_in(desk: Desk) -> None:
    body = {"code": "forged", "code_verifier": "v" * 43, "redirect_uri": "http://bot.test/login/callback"}
    last = await _newest()
    answer = await desk.send(Caller("nobody", 0, None, {}), Ask("/auth/login", "POST", {}, body))
    assert answer.status_code == 400
    assert [row["action"] for row in await _since(last)] == ["login.failed"]
