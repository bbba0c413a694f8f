"""Processes share what Discord said, ask no more often than needed, and never take back a newer answer."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from playground.client.acting import Play
from playground.world import cast
from playground.world.cast import CAPTAIN, HARBOUR, MANAGER, STRANGER, WATCH
from services.core import foreign_guilds, store
from services.identity import authority, membership
from services.identity.authority import Role, role
from tests.services.identity.standing import GUILD, MEMBER, asked, demote, later, played
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("at_once")
AT_HAND = authority.AT_HAND


async def test_reads_ask_discord_once_a_minute_at_most_and_at_least(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    with later(59):
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert asked(play) == 1
    with later(61):
        assert await role(HARBOUR, MANAGER) is Role.MEMBER
    assert asked(play) == 2


async def test_what_a_fresh_check_saw_holds_in_every_process(play: Play, elsewhere: Any) -> None:
    with elsewhere():
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    with elsewhere():
        assert await role(HARBOUR, MANAGER) is Role.MEMBER
    assert asked(play) == 2


async def test_one_process_asks_for_all_others_that_read(play: Play, elsewhere: Any) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with elsewhere():
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert asked(play) == 1


async def test_a_process_looks_once_a_second_whether_another_one_knows_better(
    play: Play, elsewhere: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def changed() -> None:
        with elsewhere():
            await role(HARBOUR, MANAGER, fresh=True)

    def at(seconds: float) -> None:
        monkeypatch.setattr(authority, "time", SimpleNamespace(time=time.time, monotonic=lambda: seconds))

    monkeypatch.setattr(authority, "AT_HAND", AT_HAND)
    at(1000.0)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    await changed()
    at(1000.9)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    at(1001.0)
    assert await role(HARBOUR, MANAGER) is Role.MEMBER
    play.world.guild(HARBOUR).members[MANAGER].role_ids.append(CAPTAIN)
    await changed()
    at(1003.0)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN


async def test_an_answer_to_an_earlier_question_does_not_bring_a_right_back(play: Play, elsewhere: Any) -> None:
    with elsewhere(), later(-2):  # asked before the right was taken, answered after
        early = membership.Membership(time.time(), Role.ADMIN)
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    with elsewhere():
        key = (HARBOUR, MANAGER)
        await store.run(
            authority._KEEP_LATER,
            authority._name(key),
            f"{early.asked_at:.6f}".encode(),
            authority._packed(early),
            300,
        )
        assert await role(HARBOUR, MANAGER) is Role.MEMBER
    store.use(None)
    authority._memory((HARBOUR, MANAGER)).learn(early)
    assert await role(HARBOUR, MANAGER) is Role.MEMBER


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("fresh", [True, False])
async def test_whoever_writes_is_never_judged_by_a_question_that_began_before(fresh: bool) -> None:
    foreign_guilds.is_ours(5)
    held, begun, gate, questions = ["32"], asyncio.Event(), asyncio.Event(), 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal questions
        roles = [{"id": "5", "permissions": held[0]}]  # as it is when Discord reads the question
        questions += "/members/" in request.url.path
        begun.set()
        await gate.wait()
        return httpx.Response(200, json=MEMBER if "/members/" in request.url.path else GUILD | {"roles": roles})

    async with played(answer):
        before = asyncio.create_task(role(5, 2, fresh=fresh))
        await begun.wait()
        held[0] = "0"  # the right is taken while the answer is under way
        after = [asyncio.create_task(role(5, 2, fresh=True)) for _ in range(20)]
        await asyncio.sleep(0)
        gate.set()
        assert set(await asyncio.gather(*after)) == {Role.MEMBER}
        assert await before is Role.ADMIN
    assert questions <= 3  # of twenty-one who wanted to know


async def test_many_who_read_at_once_share_one_question(play: Play) -> None:
    assert set(await asyncio.gather(*(role(HARBOUR, MANAGER) for _ in range(50)))) == {Role.ADMIN}
    assert asked(play) == 1


async def test_without_redis_each_process_remembers_for_itself(play: Play) -> None:
    store.use(None)
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    assert asked(play) == 1
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    assert await role(HARBOUR, MANAGER) is Role.MEMBER


@pytest.mark.parametrize(
    "planted",
    [b"", b"null", b"[]", b"\xff", b"[1,2]", b'["x",4,[]]', b"[9999999999,4,[]]", b"[0,4,[]]", b"[1,9,[]]", b"{}"],
)
async def test_rubbish_in_redis_gives_nobody_a_role(play: Play, planted: bytes) -> None:
    await store.put(authority._name((HARBOUR, STRANGER)), planted, 60)
    assert await role(HARBOUR, STRANGER) is Role.NOBODY


async def test_whoever_goes_away_while_asking_disturbs_nobody(play: Play) -> None:
    impatient = asyncio.create_task(role(HARBOUR, MANAGER))
    patient = asyncio.create_task(role(HARBOUR, MANAGER))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient is Role.ADMIN
    await until(lambda: not authority._asking)
    demote(play, cast.MODERATOR, WATCH)
    assert await role(HARBOUR, cast.MODERATOR) is Role.MEMBER
