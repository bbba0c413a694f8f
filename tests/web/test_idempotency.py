"""The same request again: one effect and one answer, however often, however close together, whatever got lost."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from discord_api import members
from discord_api.client import Discord
from discord_api.errors import DiscordError
from playground.world.cast import ALICE, HARBOUR, MANAGER, OWNER, PRACA
from services.core.transactions import rows
from tests.support.asking import ask_for
from tests.support.callers import OPERATIONS, Ask, Caller, Desk, a_minute_passes, by_token, hire
from tests.support.coins import balance, give
from tests.support.examples import Whose
from tests.support.stored import differing, snapshot
from tests.support.whole import HOME
from web.frame.idempotency import HEADER, effect_key

pytestmark = pytest.mark.usefixtures("unhurried")

REPEATS = 20
SIGNS_OUT = "sessions.end_all"  # after which the caller is nobody, who gets no answers of before


def grant(coins: int = 250, key: str = "k", guild_id: int = HARBOUR) -> Ask:
    body = {"user_id": str(ALICE), "coins": coins}
    return Ask("/guilds/{guild_id:id}/economy/grants", "POST", {"guild_id": str(guild_id)}, body, headers={HEADER: key})


async def test_what_one_caller_calls_a_request_is_nothing_to_another_nor_in_another_server(desk: Desk) -> None:
    both = hire(desk.play, HARBOUR)
    praca = desk.play.world.guild(PRACA)
    managing = desk.play.world.guild(PRACA).roles[
        desk.play.world.guild(PRACA).members[hire(desk.play, PRACA)].role_ids[0]
    ]
    desk.play.world.join(praca, both, [managing.id])
    callers = [await by_token("a", both, {}), await by_token("b", OWNER, {})]
    mine, again, others, elsewhere = (
        await desk.send(callers[0], grant()),
        await desk.send(callers[0], grant()),
        await desk.send(callers[1], grant()),
        await desk.send(callers[0], grant(guild_id=PRACA)),
    )
    assert [one.status_code for one in (mine, again, others, elsewhere)] == [201] * 4
    assert again.content == mine.content
    assert (await balance(ALICE, HARBOUR), await balance(ALICE, PRACA)) == (500, 250)


class Losing:
    """A connection that breaks as the answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, _send: Send) -> None:
        async def broken(_message: Message) -> None:
            raise ConnectionResetError

        await self._app(scope, receive, broken)
        raise ConnectionResetError


async def test_whose_answer_was_lost_gets_it_by_asking_again(desk: Desk, admin: Caller) -> None:
    async with AsyncClient(transport=ASGITransport(Losing(desk.whole.app)), base_url=HOME) as unlucky:
        lost = Desk(desk.whole, unlucky)
        for _ in range(3):
            with pytest.raises(ConnectionResetError):
                await lost.send(admin, grant())
    assert await balance(ALICE, HARBOUR) == 250
    assert (await desk.send(admin, grant())).json()["balance"] == 250
    assert await balance(ALICE, HARBOUR) == 250


async def test_a_refusal_is_repeated_too_and_a_new_key_is_a_new_request(desk: Desk, admin: Caller) -> None:
    take = grant(100)._replace(route="/guilds/{guild_id:id}/economy/takes")
    refused = await desk.send(admin, take)
    await give(ALICE, 500, HARBOUR)
    again = await desk.send(admin, take)
    assert (refused.status_code, again.status_code, again.content) == (409, 409, refused.content)
    assert (await desk.send(admin, take._replace(headers={HEADER: "new"}))).status_code == 201


async def test_who_lost_the_right_does_not_get_the_answer_of_before(desk: Desk, admin: Caller) -> None:
    assert (await desk.send(admin, grant())).status_code == 201
    desk.play.world.guild(HARBOUR).members[MANAGER].role_ids.clear()
    assert (await desk.send(admin, grant())).status_code == 403


@pytest.mark.parametrize("key", ["", "x" * 256, "a\x7fb", "ä"])
async def test_what_can_be_no_key_is_refused(desk: Desk, admin: Caller, key: str) -> None:
    answer = await desk.send(admin, grant(), headers={HEADER: key.encode("latin-1")})
    assert answer.status_code == 400
    assert await balance(ALICE, HARBOUR) == 0


@pytest.mark.parametrize("key", ["k", "~ !", "x" * 255])
async def test_any_printable_text_of_255_characters_at_most_is_a_key(desk: Desk, admin: Caller, key: str) -> None:
    assert (await desk.send(admin, grant(key=key))).status_code == 201


async def test_a_post_without_a_key_is_refused(desk: Desk, admin: Caller) -> None:
    answer = await desk.send(admin, grant()._replace(headers={}))
    assert answer.status_code == 400
    assert "Send a header Idempotency-Key" in answer.json()["detail"]
    assert await balance(ALICE, HARBOUR) == 0


async def test_a_key_is_good_for_one_request_only(desk: Desk, admin: Caller) -> None:
    await desk.send(admin, grant(5))
    others = [await desk.send(admin, grant(coins)) for coins in (1, 2, 3, 4, 6, 7, 8)]
    assert {answer.status_code for answer in others} == {422}
    assert all("used for another request" in answer.json()["detail"] for answer in others)
    assert await balance(ALICE, HARBOUR) == 5


async def test_a_repeat_gets_the_same_headers_too(desk: Desk, admin: Caller) -> None:
    first, again = await desk.send(admin, grant()), await desk.send(admin, grant())
    names = ("content-type", "content-length")
    assert [first.headers[name] for name in names] == ["application/json", str(len(first.content))]
    assert [again.headers[name] for name in names] == [first.headers[name] for name in names]


async def test_what_could_not_be_done_because_discord_was_silent_can_be_sent_again(
    desk: Desk, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    with silent_about(ALICE, monkeypatch):
        refused = await desk.send(admin, grant())
    assert refused.status_code == 503
    done = await desk.send(admin, grant())
    assert done.status_code == 201
    with silent_about(ALICE, monkeypatch):
        again = await desk.send(admin, grant())
        new = await desk.send(admin, grant(key="new"))
    assert (again.status_code, again.content, new.status_code) == (201, done.content, 503)
    assert await balance(ALICE, HARBOUR) == 250


@contextmanager
def silent_about(who: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Discord does not answer questions about this member."""
    ask = members.get

    async def member(discord: Discord, guild_id: int, user_id: int) -> Any:
        if user_id == who:
            raise DiscordError("no answer")
        return await ask(discord, guild_id, user_id)

    with monkeypatch.context() as patched:
        patched.setattr(members, "get", member)
        yield


def test_the_next_release_recognizes_a_repeat_of_a_request_to_this_one() -> None:
    key = effect_key(SimpleNamespace(id="user 1"), "k")  # type: ignore[arg-type]
    assert key == "api:5a1dc12a0cdcb3a31ecb09c599d951476c2e8e0c"


async def test_two_keys_in_one_request_are_none(desk: Desk, admin: Caller) -> None:
    answer: Response = await desk.http.post(
        grant().path,
        json=grant().body,
        headers=[*admin.headers.items(), (HEADER, "one"), (HEADER, "two")],
    )
    assert answer.status_code == 400
    assert await balance(ALICE, HARBOUR) == 0


async def test_twenty_at_once_have_one_effect_and_one_answer_whatever_the_operation(desk: Desk, admin: Caller) -> None:
    wrong = []
    for route, method, endpoint in OPERATIONS:
        if method == "GET" or not endpoint.operation.repeatable or endpoint.id == SIGNS_OUT:
            continue
        await a_minute_passes()
        ask = await ask_for(route.path, method, endpoint, Whose(desk.whole, HARBOUR, MANAGER))
        before = await _acts()
        answers = await asyncio.gather(*(desk.send(admin, ask) for _ in range(REPEATS)))
        if endpoint.operation.finishes:
            answers = [await desk.done(admin, ask), *(answer for answer in answers if answer.status_code != 202)]
        stored = await snapshot()
        answers.append(await desk.send(admin, ask))
        said = {(answer.status_code, answer.content) for answer in answers}
        changed = differing(stored, await snapshot())
        if len(said) > 1 or answers[0].status_code >= 400 or await _acts() - before > 1 or changed:
            wrong.append(f"{endpoint.id}: {await _acts() - before} acts, {sorted(said)[:3]}, changed: {changed}")
        if ask.body is not None:
            other = await desk.send(admin, ask, content=b" " + answers[0].request.content, headers=_JSON)
            changed = differing(stored, await snapshot())
            if other.status_code != 422 or "used for another request" not in other.text or changed:
                wrong.append(f"{endpoint.id} with another body: {other.status_code} {other.text}, changed: {changed}")
    assert not wrong, "\n".join(wrong)


_JSON = {"Content-Type": "application/json"}


async def _acts() -> int:
    (row,) = await rows("SELECT count(*)::int AS acts FROM audit_log")
    return int(row["acts"])
