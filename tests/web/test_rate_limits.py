"""How much one caller may ask for: exact however many come at once, and nothing to anybody else."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from httpx import ASGITransport, AsyncClient, Response

from app.main import create_app
from app.settings import Settings
from services.core.transactions import rows
from services.identity import refresh_tokens
from tests.support.bot import ALICE, BOB
from tests.support.lifespan import running
from tests.support.whole import HOME
from web.frame.rate_limits import READ, SIGN_IN, WRITE

pytestmark = pytest.mark.usefixtures("unhurried")

ME = "/api/v1/users/me"


class Caller:
    """Somebody with a token, who reads and writes what is their own."""

    def __init__(self, http: AsyncClient, token: str) -> None:
        self._http, self._headers = http, {"Authorization": f"Bearer {token}"}

    async def read(self) -> Response:
        return await self._http.get(ME, headers=self._headers)

    async def write(self) -> Response:
        return await self._http.put(ME, json={"language": "pt-BR"}, headers=self._headers)

    async def writes(self, count: int) -> Counter[int]:
        return Counter(one.status_code for one in await asyncio.gather(*(self.write() for _ in range(count))))


@asynccontextmanager
async def _door(settings: Settings) -> AsyncIterator[AsyncClient]:
    app = create_app(settings)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url=HOME) as http:
        await http.get("/api/v1/auth")  # once that is answered, everything is loaded
        yield http


async def _caller(http: AsyncClient, user_id: int) -> Caller:
    await rows("INSERT INTO users (discord_id, username) VALUES ($1, 'u') ON CONFLICT DO NOTHING", user_id)
    return Caller(http, (await refresh_tokens.begin(user_id)).access_token)


@pytest.fixture
async def http(settings: Settings, database: str) -> AsyncIterator[AsyncClient]:
    async with _door(settings) as one:
        yield one


async def test_whoever_asks_ten_times_too_often_is_told_to_wait_and_nobody_else_is(http: AsyncClient) -> None:
    eager, calm = await _caller(http, ALICE), await _caller(http, BOB)
    most = WRITE.allowance.uses
    answers, others = [], []
    for _ in range(10):
        answers += await asyncio.gather(*(eager.write() for _ in range(most)))
        others.append(await calm.write())
    assert Counter(answer.status_code for answer in answers) == {200: most, 429: 9 * most}
    assert {other.status_code for other in others} == {200}
    for answer in answers:
        assert answer.headers["ratelimit-policy"] == f'"write";q={most};w=60'
    refused = [answer for answer in answers if answer.status_code == 429]
    assert all(1 <= int(one.headers["retry-after"]) <= 61 for one in refused)
    assert all(one.headers["ratelimit"].startswith('"write";r=0;') for one in refused)
    assert (await eager.read()).status_code == 200, "reading is counted by itself"


@pytest.mark.parametrize("round_", range(3))
async def test_fifty_writes_at_once_are_counted_one_by_one(http: AsyncClient, round_: int) -> None:
    caller = await _caller(http, ALICE)
    assert await caller.writes(50) == {200: 50}
    assert await caller.writes(50) == {200: WRITE.allowance.uses - 50, 429: 100 - WRITE.allowance.uses}


async def test_what_is_refused_for_its_form_counts_too(http: AsyncClient) -> None:
    caller = await _caller(http, ALICE)
    for _ in range(WRITE.allowance.uses):
        assert (await http.put(ME, json={}, headers=caller._headers)).status_code == 422
    assert (await caller.write()).status_code == 429


async def test_reads_have_an_end_as_well(http: AsyncClient) -> None:
    caller, calm = await _caller(http, ALICE), await _caller(http, BOB)
    answers = Counter([(await caller.read()).status_code for _ in range(READ.allowance.uses + 50)])
    # A minute of the clock may have begun meanwhile.
    assert answers[200] >= READ.allowance.uses
    assert answers[429] + answers[200] == READ.allowance.uses + 50
    assert answers[429] in (0, 50) or answers[429] < 50
    assert (await calm.read()).status_code == 200


async def test_guessing_refresh_tokens_ends_after_thirty(http: AsyncClient) -> None:
    answers = Counter(
        [
            (await http.post("/api/v1/auth/refresh", json={"refresh_token": f"{n:043}"})).status_code
            for n in range(SIGN_IN.allowance.uses + 10)
        ]
    )
    assert answers == {401: SIGN_IN.allowance.uses, 429: 10}


async def test_without_redis_each_process_allows_half(settings: Settings, database: str) -> None:
    async with _door(replace(settings, redis_url="redis://127.0.0.1:9/0")) as http:
        eager, calm = await _caller(http, ALICE), await _caller(http, BOB)
        half = WRITE.allowance.uses // 2
        answers = Counter([(await eager.write()).status_code for _ in range(half + 5)])
        assert answers == {200: half, 429: 5}
        assert (await calm.write()).status_code == 200
