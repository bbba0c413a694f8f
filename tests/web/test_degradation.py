"""What each route answers while Redis, PostgreSQL or Discord is away: what must work does, the rest says so in time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import asyncpg
import orjson
import pytest
from tortoise.exceptions import OperationalError

from playground.world.cast import ALICE, HARBOUR, MANAGER
from services.core import store
from services.core.rate_limits import Allowance, RateLimits
from services.identity import authority, refresh_tokens, sessions
from services.identity.authority import Role
from tests.support.bot import KEY, envelope, signed
from tests.support.callers import Ask, a_minute_passes, by_token
from tests.support.waiting import serves, until
from tests.web.outages import HOWS, Asked, House, Outage, answered, answered_together, everything, sent
from web.frame import errors
from web.frame.rules import POLICY
from web.static_files import address

# security.md's table, for the web door: what is answered as ever although PostgreSQL is away; all else is a 503.
WITHOUT_POSTGRESQL = {"auth.show": 200}
# What asks Discord for more than who somebody is, and therefore can't be answered although it only reads.
ASKS_DISCORD = {"members.search", "moderation_logs.show"}
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
            assert (await sent(house, Asked("config", "GET", caller, config))).status_code == 200
        assert (await sent(house, Asked("refresh", "POST", caller, renew))).status_code == 200


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
    await sent(house, index)
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
        answers = await asyncio.gather(*(sent(house, one) for one in asked[:5] + login))
    assert {answer.status_code for answer in answers} == {503}


def _by_role(operation: str) -> bool:
    return isinstance(POLICY[operation].least, Role)


def _without_discord(one: Asked, as_ever: Mapping[str, int]) -> int:
    refused = one.id == "auth.login" or one.id in ASKS_DISCORD or (one.method != "GET" and _by_role(one.id))
    return 503 if refused else as_ever[one.id]


async def test_what_discord_could_not_say_is_asked_again_for_the_same_key(house: House) -> None:
    (asked,) = [one for one in await everything(house) if one.id == "economy_corrections.grant"]
    async with house.discord.gone():
        assert (await sent(house, asked)).status_code == 503
    assert (await sent(house, asked)).status_code == 201
    async with house.discord.gone():
        assert (await sent(house, asked)).status_code == 503, "who asks must be known first"
    assert (await sent(house, asked)).json()["coins"] == asked.ask.body["coins"]


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
