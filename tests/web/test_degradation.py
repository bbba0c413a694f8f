"""What each route answers while Redis, PostgreSQL or Discord is away: what must work does, the rest says so in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from threading import Thread
from typing import NamedTuple

import asyncpg
import orjson
import pytest
from fakeredis import TcpFakeServer
from httpx import AsyncClient, Response
from tortoise.exceptions import OperationalError

from app import running as running_process
from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from interactions.declare import COMMANDS, Kind
from playground.app import create_playground
from playground.world.cast import ALICE, HARBOUR, MANAGER, OWNER
from playground.world.identity import Identity
from services.core import store
from services.core.rate_limits import Allowance, RateLimits
from services.core.transactions import rows
from services.identity import authority, refresh_tokens, sessions
from services.identity.authority import Role
from tests.support.asking import ask_for
from tests.support.bot import APPLICATION, KEY, Answer, Bot, envelope, filled, signed
from tests.support.bot import MANAGER as BOTS_MANAGER
from tests.support.callers import NOBODY, OPERATIONS, Ask, Caller, Desk, Patient, a_minute_passes, by_token, known
from tests.support.examples import Whose
from tests.support.lifespan import running, started
from tests.support.line import Line
from tests.support.waiting import serves, until
from tests.support.whole import HOME, Whole
from web.frame import errors
from web.frame.rules import POLICY, CallerKind
from web.static_files import address

IN_TIME = 8.0  # seconds; it is 2.5, but a machine may be busy, and what hangs takes ten or more

# security.md's table, for the web door: what is answered as ever although PostgreSQL is away; all else is a 503.
WITHOUT_POSTGRESQL = {"auth.show": 200}
# What asks Discord for more than who somebody is, and therefore can't be answered although it only reads.
ASKS_DISCORD = {"members.search"}
# What PostgreSQL's absence leaves of pages: by path, as somebody with a session's cookie.
PAGES_WITHOUT_POSTGRESQL = {
    "/api/docs": 200,
    "/api/v1/openapi.json": 200,
    address("docs.js"): 200,
    address("css/base.css"): 200,
    "/livez": 200,
    "/readyz": 503,
    "/login/start": 503,
    "/servers": 503,
    "/sessions": 503,
}
# The last one refuses the command that is filled in below before it looks anything up.
COMMANDS_WITHOUT_POSTGRESQL = {"ping", "help", "bot about", "permissions why"}
FORM = 9  # Discord's number for an answer that opens one, for which nothing has to be known
AWAY = "I can't reach my database right now"
APOLOGY = "Something went wrong on my side"


class House(NamedTuple):
    """A web process that listens, and the lines to all that it needs."""

    desk: Desk
    bot: Bot
    records: Line
    memory: Line
    discord: Line


@pytest.fixture
def redis_port() -> Iterator[int]:
    server = TcpFakeServer(("127.0.0.1", 0))
    serving = Thread(target=server.serve_forever, daemon=True)
    serving.start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
async def memory(redis_port: int) -> AsyncIterator[Line]:
    """The line to Redis."""
    line = Line(lambda: asyncio.open_connection("127.0.0.1", redis_port))
    await line.lay()
    yield line
    await line.cut()


@pytest.fixture
async def house(
    settings: Settings, database: str, records: Line, memory: Line, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    monkeypatch.setattr(
        running_process, "LAST_ANSWERS", 0.1
    )  # what was promised while Discord was away need not be kept
    identity = Identity(APPLICATION, Identity.new().token, bytes(KEY))
    theirs, ours = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    page = f"http://127.0.0.1:{theirs.getsockname()[1]}"
    discord = Line(lambda: asyncio.open_connection("127.0.0.1", theirs.getsockname()[1]))
    await discord.lay()
    world = create_playground(identity, None, url=page, redirect_uris=[f"{HOME}/login/callback"])
    world.state.play._state.rates = Patient()
    app = create_app(
        replace(
            settings,
            discord_bot_token=identity.token,
            discord_client_secret=identity.client_secret,
            discord_api_url=f"http://127.0.0.1:{discord.port}/api/v10",
            discord_authorize_url=f"{page}/oauth2/authorize",
            redis_url=f"redis://127.0.0.1:{memory.port}",
            public_url=HOME,
        )
    )
    stop = asyncio.Event()
    outside = asyncio.create_task(serve([(world, theirs)], stop=stop))
    async with running(app), AsyncClient(base_url=f"http://127.0.0.1:{ours.getsockname()[1]}", timeout=20) as http:
        inside = asyncio.create_task(serve([(started(app), ours)], stop=stop))
        await until(lambda: serves(http))
        desk, bot = Desk(Whole(app, world.state.play), http), Bot(app, KEY)
        for user_id in (MANAGER, OWNER):
            await known(desk.whole, user_id)
        yield House(desk, bot, records, memory, discord)
        await bot.close()
        stop.set()
        await asyncio.gather(inside, outside)
    await discord.cut()


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
    """The status of each, one after the other; a refusal has to be a sentence, and in time."""
    return {one.id: (await _send(house, one)).status_code for one in asked}


async def answered_together(house: House, asked: list[Asked]) -> dict[str, int]:
    """The same, several at once, for each waits for something that is away."""
    statuses: dict[str, int] = {}
    for some in batched(asked, 12):
        answers = await asyncio.gather(*(_send(house, one) for one in some))
        statuses |= {one.id: answer.status_code for one, answer in zip(some, answers, strict=True)}
    return statuses


def batched(asked: list[Asked], size: int) -> list[list[Asked]]:
    """So many in a group, and the last one, which ends what others come with, by itself."""
    *most, last = asked
    return [*(most[at : at + size] for at in range(0, len(most), size)), [last]]


async def _send(house: House, one: Asked) -> Response:
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


async def usual(house: House) -> dict[str, int]:
    """What is answered while nothing is away, and what two runs answer differently by themselves."""
    statuses = await answered(house, await everything(house))
    assert not [one for one, status in statuses.items() if status >= 500 or status == 401]
    return statuses


async def test_without_redis_every_operation_answers_as_ever(house: House) -> None:
    as_ever = await usual(house)
    asked = await everything(house)
    async with house.memory.gone():
        assert await answered(house, asked) == as_ever


async def test_a_redis_that_says_nothing_holds_nobody_up(house: House) -> None:
    token = (await refresh_tokens.begin(MANAGER)).refresh_token
    caller = await by_token("admin", MANAGER, {})
    config = Ask("/guilds/{guild_id:id}/config", "GET", {"guild_id": str(HARBOUR)})
    renew = Ask("/auth/refresh", "POST", {}, {"refresh_token": token})
    async with house.memory.silent():
        for _ in range(2):
            assert (await _send(house, Asked("config", "GET", caller, config))).status_code == 200
        assert (await _send(house, Asked("refresh", "POST", caller, renew))).status_code == 200


async def test_only_one_asks_whether_a_silent_redis_is_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    redis = store.redis()
    assert redis
    limits, allowance = RateLimits(redis.connection_pool), Allowance(100, 60)
    assert (await limits.hit(allowance, "somebody")).left == 99
    monkeypatch.setattr(store, "PAUSE", 60)
    async with house.memory.silent():
        assert await store.get("key") is None
        asked = house.memory.asked
        for _ in range(20):
            assert await store.get("key") is None
            assert (await limits.hit(allowance, "somebody")).allowed
        assert house.memory.asked == asked, "nobody waited for it any more"
    store.use(redis)


async def test_a_redis_that_is_back_is_used_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PAUSE", 0.01)
    redis = store.redis()
    assert redis
    limits, allowance = RateLimits(redis.connection_pool), Allowance(100, 60)
    async with house.memory.gone():
        assert (await limits.hit(allowance, "somebody")).left == 49, "each process alone allows half"
    await until(lambda: not store.away())
    assert (await limits.hit(allowance, "somebody")).left == 99


async def test_without_redis_tokens_are_renewed_within_half_the_allowance(house: House) -> None:
    token = (await refresh_tokens.begin(MANAGER)).refresh_token
    statuses = []
    async with house.memory.gone():
        for _ in range(17):
            answer = await house.desk.http.post("/api/v1/auth/refresh", json={"refresh_token": token})
            statuses.append(answer.status_code)
            token = answer.json().get("refresh_token", token)
    assert statuses == [200] * 15 + [429] * 2
    assert int(answer.headers["Retry-After"]) > 0


async def test_nobody_is_signed_out_when_redis_loses_everything(house: House) -> None:
    cookie = await sessions.start(MANAGER)
    headers = {"Cookie": f"session={cookie}"}
    assert (await house.desk.http.get("/sessions", headers=headers)).status_code == 200
    await a_minute_passes()  # which is what losing everything comes to
    async with house.memory.gone():
        assert (await house.desk.http.get("/sessions", headers=headers)).status_code == 200
    assert (await house.desk.http.get("/sessions", headers=headers)).status_code == 200


@HOWS
async def test_without_postgresql_every_operation_says_so_in_time(house: House, outage: Outage) -> None:
    asked = await everything(house)
    await a_minute_passes()
    async with outage(house.records):
        statuses = await answered_together(house, asked)
    assert statuses == {one.id: WITHOUT_POSTGRESQL.get(one.id, 503) for one in asked}
    await until(lambda: serves(house.desk.http))
    caller = await by_token("admin", MANAGER, {})
    answer = await house.desk.send(caller, Ask("/users/me", "GET", {}))
    assert answer.status_code == 200, "it heals by itself"


async def test_without_postgresql_pages_and_health_answer_as_the_table_says(house: House) -> None:
    headers = {"Cookie": f"session={await sessions.start(MANAGER)}"}
    async with house.records.gone():
        found = {path: await house.desk.http.get(path, headers=headers) for path in PAGES_WITHOUT_POSTGRESQL}
        forged = await house.desk.http.post("/interactions", content=b"{}", headers=signed(KEY, b"something else"))
        ping = envelope(1, {}, ALICE, None)
        pong = await house.bot.post(orjson.dumps(ping))
    assert {path: answer.status_code for path, answer in found.items()} == PAGES_WITHOUT_POSTGRESQL
    assert "The database can&#39;t be reached right now" in found["/servers"].text
    assert int(found["/servers"].headers["Retry-After"]) > 0
    assert forged.status_code == 401
    assert pong.json() == {"type": 1}


async def test_without_discord_one_reads_by_its_last_answer_and_changes_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_ever = await usual(house)
    asked = await everything(house)
    await a_minute_passes()
    (index,) = [one for one in asked if one.id == "guilds.index"]
    await _send(house, index)
    monkeypatch.setattr(authority, "READ_AGE", 0.0)  # a minute has passed since
    async with house.discord.gone():
        assert await answered_together(house, asked) == {one.id: _without_discord(one, as_ever) for one in asked}
    monkeypatch.setattr(authority, "OUTAGE_AGE", 0.0)  # and five
    reads = [one for one in await everything(house) if one.method == "GET" and _by_role(one.id)]
    async with house.discord.gone():
        assert set((await answered_together(house, reads)).values()) == {503}


async def test_a_discord_that_says_nothing_holds_nobody_up(house: House) -> None:
    asked = [one for one in await everything(house) if one.method != "GET" and _by_role(one.id)]
    login = [one for one in await everything(house) if one.id == "auth.login"]
    async with house.discord.silent():
        answers = await asyncio.gather(*(_send(house, one) for one in asked[:5] + login))
    assert {answer.status_code for answer in answers} == {503}


def _by_role(operation: str) -> bool:
    return isinstance(POLICY[operation].least, Role)


def _without_discord(one: Asked, as_ever: Mapping[str, int]) -> int:
    refused = one.id == "auth.login" or one.id in ASKS_DISCORD or (one.method != "GET" and _by_role(one.id))
    return 503 if refused else as_ever[one.id]


async def test_what_discord_could_not_say_is_asked_again_for_the_same_key(house: House) -> None:
    (asked,) = [one for one in await everything(house) if one.id == "economy_corrections.grant"]
    async with house.discord.gone():
        assert (await _send(house, asked)).status_code == 503
    assert (await _send(house, asked)).status_code == 201
    async with house.discord.gone():
        assert (await _send(house, asked)).status_code == 503, "who asks must be known first"
    assert (await _send(house, asked)).json()["coins"] == asked.ask.body["coins"]


CHAT = sorted(name for kind, name in COMMANDS if kind is Kind.CHAT)


async def every_command(house: House) -> dict[str, Answer]:
    """What each command answers, all at once, and each in time."""

    async def run(name: str) -> Answer:
        began = time.monotonic()
        answer = await house.bot.slash(name, by=BOTS_MANAGER, **filled(name))
        assert time.monotonic() - began < IN_TIME, name
        assert answer.status == 200, name
        return answer

    return dict(zip(CHAT, await asyncio.gather(*map(run, CHAT)), strict=True))


@HOWS
async def test_without_postgresql_each_command_says_so_to_who_ran_it(house: House, outage: Outage) -> None:
    async with outage(house.records):
        answers = await every_command(house)
    wrong = {
        name: answer.content
        for name, answer in answers.items()
        if answer.type != FORM
        and (name not in COMMANDS_WITHOUT_POSTGRESQL) != (answer.content.startswith(AWAY) and answer.private)
    }
    assert not wrong


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("line", ["memory", "discord"])
async def test_without_redis_or_discord_no_command_is_an_apology(house: House, line: str) -> None:
    async with getattr(house, line).gone():
        answers = await every_command(house)
    assert not [name for name, answer in answers.items() if APOLOGY in answer.content or AWAY in answer.content]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError(asyncpg.UndefinedTableError("no such table")), 500),
        (asyncpg.NumericValueOutOfRangeError("too large"), 500),
        (asyncpg.TooManyConnectionsError("full"), 503),
        (asyncpg.AdminShutdownError("stopping"), 503),
        (asyncpg.DeadlockDetectedError("in each other's way"), 503),
        (ConnectionRefusedError(), 503),
        (TimeoutError(), 503),
        (KeyError("ours"), 500),
    ],
)
def test_our_own_mistakes_are_not_put_down_to_the_database(error: Exception, status: int) -> None:
    assert errors.refusal(error).status == status
