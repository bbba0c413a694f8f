"""A web process with a line to all that it needs, and each operation as somebody who may, to see what it answers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import NamedTuple

import pytest
from httpx import Response

from playground.world.cast import HARBOUR, MANAGER, OWNER
from services.core.transactions import rows
from services.identity.authority import Role
from tests.support.asking import ask_for
from tests.support.bot import Bot
from tests.support.callers import NOBODY, OPERATIONS, Ask, Caller, Desk, a_minute_passes, by_token
from tests.support.examples import Whose
from tests.support.line import Line
from web.frame.rules import POLICY, CallerKind

IN_TIME = 8.0  # seconds; it is 2.5, but a machine may be busy, and what hangs takes ten or more


class House(NamedTuple):
    """A web process that listens, and the lines to all that it needs."""

    desk: Desk
    bot: Bot
    records: Line
    memory: Line
    discord: Line


class Asked(NamedTuple):
    """One operation as somebody who may, ready to be sent."""

    id: str
    method: str
    caller: Caller
    ask: Ask


async def everything(house: House) -> list[Asked]:
    """Every operation with new things of its own, in the names of two admins in turn: each may write so often only."""
    await a_minute_passes()
    await rows("UPDATE user_economy SET frozen_at = NULL")  # by an earlier round; else nothing could be paid for
    found = []
    for number, (route, method, endpoint) in enumerate(OPERATIONS):
        user_id = (MANAGER, OWNER)[number % 2]
        ask = await ask_for(route.path, method, endpoint, Whose(house.desk.whole, HARBOUR, user_id))
        anyone = POLICY[endpoint.id].least is CallerKind.ANYONE
        caller = NOBODY if anyone else await by_token(str(user_id), user_id, {HARBOUR: Role.ADMIN})
        found.append(Asked(endpoint.id, method, caller, ask))
    # What ends other tokens of the one who asks comes after those.
    return sorted(found, key=lambda one: one.id == "sessions.end_all")


async def answered(house: House, asked: list[Asked]) -> dict[str, int]:
    """The status of each, one after the other."""
    return {one.id: (await sent(house, one)).status_code for one in asked}


async def answered_together(house: House, asked: list[Asked]) -> dict[str, int]:
    """The same, several at once, for each waits for something that is away."""
    statuses: dict[str, int] = {}
    for some in batched(asked, 12):
        answers = await asyncio.gather(*(sent(house, one) for one in some))
        statuses |= {one.id: answer.status_code for one, answer in zip(some, answers, strict=True)}
    return statuses


def batched(asked: list[Asked], size: int) -> list[list[Asked]]:
    """So many in a group, and the last one, which ends what others come with, by itself."""
    *most, last = asked
    return [*(most[at : at + size] for at in range(0, len(most), size)), [last]]


async def sent(house: House, one: Asked) -> Response:
    """Its answer, which must come in time; a refusal has to say what to do."""
    began = time.monotonic()
    answer = await house.desk.send(one.caller, one.ask)
    assert time.monotonic() - began < IN_TIME, f"{one.id} took {time.monotonic() - began:.1f} s"
    if answer.status_code >= 500:
        assert answer.status_code == 503, f"{one.id}: {answer.text}"
        assert int(answer.headers["Retry-After"]) > 0, one.id
        assert answer.json()["detail"].endswith("."), answer.text
    return answer


Outage = Callable[[Line], AbstractAsyncContextManager[None]]
HOWS = pytest.mark.parametrize("outage", [Line.gone, Line.silent], ids=["gone", "silent"])
