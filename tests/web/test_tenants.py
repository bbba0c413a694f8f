"""Two servers in one installation: ids of the other one, wherever they are put, show nothing and change nothing."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import NamedTuple

import pytest
from httpx import Response

from playground.world.cast import BOB, HARBOUR, MANAGER, OWNER, PRACA, STRANGER, WATCH
from playground.world.entities import User
from services import settings
from services.core import areas
from services.core.actors import Actor, SomePerson
from services.core.transactions import rows
from services.economy import corrections
from services.economy.scopes import ECONOMY_READ, ECONOMY_WRITE
from services.identity import sessions
from services.identity.authority import Role
from services.settings import Source
from tests.support import asking
from tests.support.asking import IN_BODIES, IN_PATHS, ask_for
from tests.support.callers import (
    NOBODY,
    OPERATIONS,
    Ask,
    Caller,
    Desk,
    a_minute_passes,
    by_key,
    by_session,
    by_token,
    gather,
    hire,
    known,
)
from tests.support.examples import Whose
from tests.support.stored import snapshot
from tests.support.whole import Whole
from web.frame.idempotency import HEADER

SECRET = "canary"  # stands in everything that is the other server's alone
THEIR_KEY = "their own"
NO_SERVER = "990000000000000001"
NO_USER = "990000000000000002"
NOTHING = "7777777777"
_numbers = itertools.count()


class Probe(NamedTuple):
    """One request with something foreign in it, and the same with something that does not exist."""

    name: str
    caller: Caller
    foreign: Ask
    missing: Ask | None


@pytest.mark.timeout(900)
async def test_ids_of_another_server_show_nothing_and_change_nothing(desk: Desk, full: bool) -> None:
    cast = await gather(desk)
    victim = hire(desk.play, PRACA)
    await known(desk.whole, victim, PRACA)
    desk.play.world.users[int(NO_USER)] = User(int(NO_USER), "unmet", None)  # Discord knows more people than we do
    theirs = await _fill(desk.whole, victim)
    callers = await _attackers(desk, cast.steward)
    probes = [probe async for probe in _probes(desk, callers, theirs)]
    chosen = probes if full else random.Random(7).sample(probes, 200)
    assert len(probes) >= 2000
    before, faults = await _all_of(victim), []
    for probe in chosen:
        await a_minute_passes()
        faults += [f"{probe.name}: {fault}" async for fault in _faults(desk, probe)]
    assert not faults, f"{len(faults)}\n" + "\n".join(faults[:40])
    assert await _all_of(victim) == before


async def _faults(desk: Desk, probe: Probe) -> AsyncIterator[str]:
    answer = await desk.send(probe.caller, probe.foreign)
    if SECRET in answer.text or SECRET in str(answer.headers):
        yield f"told {answer.text[:300]}"
    if answer.status_code >= 500:
        yield f"{answer.status_code} {answer.text[:200]}"
    if probe.missing is None:
        return
    other = await desk.send(probe.caller, probe.missing)
    told, said = _told(answer, probe.foreign, probe.missing), _told(other, probe.missing, probe.foreign)
    if told != said:
        yield f"{told} is not {said}"


_PASSING = {"connection", "date", "x-request-id", "ratelimit", "content-length", "etag"}


def _told(answer: Response, ask: Ask, twin: Ask) -> tuple[int, str, dict[str, str]]:
    """An answer without the request id, and without what was sent in it."""
    if answer.status_code in (201, 202):  # something new each time, and done as soon as Discord says so
        return 201, "", {}
    text = re.sub(r'"request_id":"[0-9a-f]+"', "", answer.text)
    for sent in _inputs(ask) - _inputs(twin):
        text = re.sub(rf"(?<!\d){re.escape(sent)}(?!\d)", "…", text)
    headers = {name: value for name, value in answer.headers.items() if name not in _PASSING}
    return int(answer.status_code), text, headers


def _inputs(ask: Ask) -> set[str]:
    return {*ask.values.values(), *(str(one) for one in (ask.body or {}).values())}


# What is the other server's ---------------------------------------------------------------------------------------


async def _fill(whole: Whole, victim: int) -> dict[str, str]:
    """Things of every kind in the other server, each with the secret word in it; their ids by name."""
    admin = Actor(victim, SECRET)
    member = SomePerson(victim, bot=False, in_guild=True)
    booked = await corrections.grant(PRACA, admin, member, 500, f"{SECRET} reason", key=THEIR_KEY)
    whose = Whose(whole, PRACA, victim)
    ids = {name: str(await make(whose)) for name, make in IN_PATHS.items()}
    bodies = {name: await IN_BODIES[name](whose) for name in ("number", "plan_id")}
    for _ in range(50):  # each server counts its changes for itself: a number that the other one never comes to
        await asking.IN_PATHS["number"](whose)
    await rows("UPDATE case_chains SET newest_case = 5000 WHERE guild_id = $1", PRACA)  # and its cases
    case = await asking.IN_PATHS["case"](whose)
    await rows("UPDATE moderation_logs SET reason = $1 WHERE guild_id = $2", SECRET, PRACA)
    await settings.save(PRACA, victim, {"economy.symbol": SECRET[:4]}, source=Source.COMMAND, request_id=SECRET)
    await rows("UPDATE shop_items SET name = $1 || id WHERE guild_id = $2", SECRET, PRACA)
    await rows("UPDATE api_keys SET name = $1 WHERE guild_id = $2", SECRET, PRACA)
    await rows("UPDATE users SET username = $1 WHERE discord_id = $2", f"{SECRET}.{victim}"[:32], victim)
    await sessions.start(victim, device=SECRET)
    newest = await rows("SELECT max(number) AS number FROM change_sets WHERE guild_id = $1", PRACA)
    return ids | {
        "guild_id": str(PRACA),
        "user_id": str(victim),
        "number": str(newest[0]["number"]),
        "case": str(case),
        "transfer": str(booked.number),
        **{f"body.{name}": value for name, value in bodies.items()},
        "body.user_id": str(victim),
    }


async def _all_of(victim: int) -> Mapping[str, object]:
    """Everything of the other server and its admin that could change."""
    own = {}
    for table in ("sessions", "refresh_families", "exports", "erasures"):
        found = await rows(f"SELECT * FROM {table} WHERE user_id = $1 ORDER BY id", victim)
        own[table] = [{name: value for name, value in row.items() if name != "last_used_at"} for row in found]
    person = await rows("SELECT * FROM users WHERE discord_id = $1", victim)
    return await snapshot(PRACA) | own | {"person": person}


# Who tries what ---------------------------------------------------------------------------------------------------


async def _attackers(desk: Desk, steward: int) -> list[Caller]:
    """People and programs of the Harbour alone, and of nowhere."""
    guard = hire(desk.play, HARBOUR)
    desk.play.world.guild(HARBOUR).members[guard].role_ids[:] = [WATCH]
    await known(desk.whole, guard, HARBOUR)
    return [
        NOBODY,
        await by_token("stranger", STRANGER, {}),
        await by_token("member", BOB, {HARBOUR: Role.MEMBER}),
        await by_session("member in a browser", BOB, {HARBOUR: Role.MEMBER}),
        await by_token("moderator", guard, {HARBOUR: Role.MODERATOR}),
        await by_token("admin", MANAGER, {HARBOUR: Role.ADMIN}),
        await by_session("admin in a browser", steward, {HARBOUR: Role.ADMIN}),
        await by_token("owner", OWNER, {HARBOUR: Role.OWNER}),
        await by_session("owner in a browser", OWNER, {HARBOUR: Role.OWNER}),
        await by_key("key", HARBOUR, frozenset(areas.scopes())),
        await by_key("key for coins", HARBOUR, frozenset({ECONOMY_READ, ECONOMY_WRITE})),
        await by_key("key without scope", HARBOUR, frozenset()),
    ]


async def _probes(desk: Desk, callers: list[Caller], theirs: Mapping[str, str]) -> AsyncIterator[Probe]:
    for route, method, endpoint in OPERATIONS:
        own = await ask_for(route.path, method, endpoint, Whose(desk.whole, HARBOUR, MANAGER))
        gaps = [name for name in own.values if name != "guild_id"]
        fields = [name for name in own.body or {} if f"body.{name}" in theirs]
        query = endpoint.operation.query.model_fields if endpoint.operation.query else {}
        for caller in callers:
            for place, foreign, missing in _swaps(own, theirs, gaps, fields, list(query)):
                name = f"{endpoint.id} as {caller.name}, {place}"
                yield Probe(name, caller, _anew(foreign), _anew(missing) if missing else None)


def _anew(ask: Ask) -> Ask:
    """The same under a key of its own, unless the key is what is foreign in it."""
    if ask.headers.get(HEADER) in (None, THEIR_KEY):
        return ask
    return ask._replace(headers={**ask.headers, HEADER: f"probe {next(_numbers)}"})


Swap = tuple[str, Ask, Ask | None]


def _swaps(own: Ask, theirs: Mapping[str, str], gaps: list[str], fields: list[str], query: list[str]) -> Iterator[Swap]:
    if "guild_id" in own.values:
        for name, path in (("theirs", {gap: theirs[gap] for gap in gaps}), ("ours", {})):
            elsewhere = {**own.values, **path}
            foreign = own._replace(values=elsewhere | {"guild_id": theirs["guild_id"]})
            yield f"server with what is {name}", foreign, own._replace(values=elsewhere | {"guild_id": NO_SERVER})
        smuggled = {"guild_id": theirs["guild_id"]}
        yield "server in the query", own._replace(query={**own.query, **smuggled}), None
        if own.body is not None:
            yield "server in the body", own._replace(body=own.body | smuggled), None
        if own.method == "POST":
            yield "their key", own._replace(headers={**own.headers, HEADER: THEIR_KEY}), None
    for gap in gaps:
        missing = NO_USER if gap == "user_id" else NOTHING[:9] if gap == "number" else NOTHING
        foreign = own._replace(values={**own.values, gap: theirs[gap]})
        yield gap, foreign, own._replace(values={**own.values, gap: missing})
    for field in fields:
        foreign = own._replace(body=own.body | {field: theirs[f"body.{field}"]})
        missing = NO_USER if field == "user_id" else NOTHING
        yield f"{field} in the body", foreign, own._replace(body=own.body | {field: missing})
    for name in query:
        if name in _SWAPPED_IN_QUERY:
            for value in sorted({theirs["transfer"], theirs["item_id"], theirs["user_id"], NOTHING}):
                yield f"{name} in the query", own._replace(query={**own.query, name: value}), None


_SWAPPED_IN_QUERY = frozenset({"after", "actor_id", "search", "query"})
