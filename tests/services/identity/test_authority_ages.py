"""How long Discord's answer about somebody is believed, and what becomes of questions that it does not answer."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from services.core import foreign_guilds
from services.identity import authority, membership
from services.identity.authority import AuthorityUnknown, Role, role, sees
from services.identity.membership import Membership
from tests.services.identity.standing import GUILD, MEMBER, played
from tests.support.waiting import until

WHO = (5, 2)


@dataclass
class Clock:
    """The time, which passes when a test says so."""

    wall: float = 1_000_000.0
    steady: float = 1_000.0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.steady


class Told:
    """A Discord that says when it likes that somebody is an admin, or nothing that makes sense."""

    def __init__(self) -> None:
        self.asked, self.silent, self.ready = 0, False, asyncio.Event()
        self.ready.set()

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        of_member = "/members/" in request.url.path
        self.asked += of_member
        await self.ready.wait()
        answer: Any = MEMBER if of_member else GUILD | {"roles": [{"id": "5", "permissions": "32"}]}
        return httpx.Response(200, json={} if self.silent else answer)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(authority, "time", clock)
    monkeypatch.setattr(membership, "time", clock)
    return clock


@pytest.fixture
async def discord(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Told]:
    monkeypatch.setattr(membership, "PATIENCE", 20.0)
    foreign_guilds.is_ours(WHO[0])
    told = Told()
    async with played(told):
        yield told


def answered(age: float, clock: Clock) -> None:
    """Discord said so many seconds ago that it was the owner."""
    authority._memory(WHO).learn(Membership(clock.wall - age, Role.OWNER))


@pytest.mark.parametrize(("age", "expected"), [(59.9, Role.OWNER), (60.0, Role.ADMIN)])
async def test_who_reads_believes_an_answer_for_a_minute(
    age: float, expected: Role, clock: Clock, discord: Told
) -> None:
    answered(age, clock)
    assert await role(*WHO) is expected


@pytest.mark.parametrize(("ahead", "expected"), [(5.0, Role.OWNER), (5.1, Role.ADMIN)])
async def test_an_answer_from_a_clock_that_is_five_seconds_ahead_is_believed(
    ahead: float, expected: Role, clock: Clock, discord: Told
) -> None:
    answered(-ahead, clock)
    assert await role(*WHO) is expected


async def test_while_discord_says_nothing_an_answer_is_believed_for_five_minutes(clock: Clock, discord: Told) -> None:
    discord.silent = True
    answered(299.9, clock)
    assert await role(*WHO) is Role.OWNER
    clock.wall += 0.1
    with pytest.raises(AuthorityUnknown):
        await role(*WHO)


async def test_who_reads_asks_a_silent_discord_every_five_seconds(clock: Clock, discord: Told) -> None:
    discord.silent = True
    answered(100, clock)
    for clock.steady, asked in ((1000.0, 1), (1004.9, 1), (1005.0, 2)):
        assert await role(*WHO) is Role.OWNER
        assert discord.asked == asked


async def test_who_reads_does_not_wait_for_a_discord_that_hangs_and_profits_from_its_answer_later(
    clock: Clock, discord: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authority, "BRIEFLY", 0.01)
    discord.ready.clear()
    answered(100, clock)
    async with asyncio.timeout(10):
        assert await role(*WHO) is Role.OWNER
    discord.ready.set()
    await until(lambda: not authority._asking)
    assert await role(*WHO) is Role.ADMIN
    assert discord.asked == 1


async def test_nobody_waits_twice_for_a_discord_that_says_nothing(discord: Told) -> None:
    discord.silent = True
    discord.ready.clear()
    first = asyncio.create_task(role(*WHO, fresh=True))
    await until(lambda: discord.asked)
    others = [asyncio.create_task(role(*WHO, fresh=True)) for _ in range(5)]
    await asyncio.sleep(0)
    discord.ready.set()
    answers = await asyncio.gather(first, *others, return_exceptions=True)
    assert {type(answer) for answer in answers} == {AuthorityUnknown}
    assert discord.asked == 1


async def test_a_question_that_fails_after_whoever_asked_has_gone_is_no_error(discord: Told) -> None:
    complaints: list[dict[str, Any]] = []
    loop = asyncio.get_running_loop()
    gc.collect()  # what other tests left behind complains now
    loop.set_exception_handler(lambda _loop, context: complaints.append(context))
    discord.silent = True
    discord.ready.clear()
    gone = asyncio.create_task(role(*WHO))
    await until(lambda: discord.asked)
    gone.cancel()
    await asyncio.wait({gone})
    discord.ready.set()
    await until(lambda: not authority._asking)
    del gone  # which holds on to the question
    gc.collect()
    loop.set_exception_handler(None)
    assert complaints == []


def test_all_are_forgotten_together_when_there_are_too_many() -> None:
    authority.forget()
    for user_id in range(50_000):
        authority._memory((1, user_id))
    authority._memory((1, 0))
    assert len(authority._memories) == 50_000
    authority._memory((1, 50_000))
    assert len(authority._memories) == 1


@pytest.mark.parametrize("held", Role)
def test_moderators_read_about_everyone_and_others_about_themselves(held: Role) -> None:
    assert sees(held, 2, 2)
    moderates = held in (Role.MODERATOR, Role.ADMIN, Role.OWNER)
    assert [sees(held, 2, 1), sees(held, 2, 3)] == [moderates, moderates]
