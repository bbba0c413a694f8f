"""Faults: slow, repeated, lost, refused and failing; each shows as on Discord."""

from __future__ import annotations

import asyncio
import random

import httpx
import pytest

from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import ALICE, CARMEN, HARBOUR, SAILOR
from tests.playground.fake_bot import FakeBot, Json, text


@pytest.fixture(autouse=True)
async def registered(bot: FakeBot) -> None:
    await bot.register({"name": "ping", "description": "Ping"})
    bot.answers["ping"] = text("pong")
    bot.playground.state.playground.chance = random.Random(7)


async def test_a_late_response_is_ignored_and_shows_how_late_it_was(
    bot: FakeBot, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("playground.client.delivery.DEADLINE_SECONDS", 0.02)
    release = asyncio.Event()

    async def slow(payload: Json) -> Json:
        await release.wait()
        return text("too late")

    bot.answers["ping"] = slow
    result = await play.slash("ping", as_=ALICE)
    assert result.failed == "There was no response within 0.02 seconds."
    release.set()
    await play.settle()
    assert result.message is None
    assert result.exchange.response is not None
    assert "was ignored" in (result.exchange.why or "")
    assert result.exchange.outcome == "failed"


async def test_slowness_beyond_the_deadline_fails(bot: FakeBot, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.client.delivery.DEADLINE_SECONDS", 0.02)
    with play.faults(slow_ms=60):
        result = await play.slash("ping", as_=ALICE)
        await play.settle()
    assert result.failed
    with play.faults(slow_ms=1):
        assert (await play.slash("ping", as_=ALICE)).content == "pong"


async def test_a_second_delivery_is_the_same_interaction_and_is_not_shown(bot: FakeBot, play: Play) -> None:
    with play.faults(twice=True):
        result = await play.slash("ping", as_=ALICE)
        await play.settle()
    first, second = bot.seen
    assert first == second
    assert [exchange.outcome for exchange in play.exchanges] == ["answered", "duplicate"]
    assert len(result.interaction.messages) == 1


async def test_a_lost_response_has_its_effect_but_is_not_shown(bot: FakeBot, play: Play) -> None:
    with play.faults(lose_answer=True):
        result = await play.slash("ping", as_=ALICE)
    assert result.exchange.outcome == "lost"
    assert result.failed
    assert result.message is None
    assert len(bot.seen) == 1
    assert (await bot.webhook("GET", bot.seen[0])).json()["code"] == 10015


async def test_a_share_of_calls_is_refused_with_every_kind_of_429(bot: FakeBot, play: Play) -> None:
    with play.faults(rate_limit=1):
        answers = [await bot.rest.get("/users/@me") for _ in range(60)]
    assert {answer.status_code for answer in answers} == {429}
    assert {answer.headers["x-ratelimit-scope"] for answer in answers} == {"user", "global", "shared"}
    assert all(answer.json()["retry_after"] > 0 for answer in answers)


async def test_half_of_the_failed_calls_took_effect(bot: FakeBot, play: Play) -> None:
    effects: dict[int, set[bool]] = {500: set(), 502: set()}
    member = play.world.guilds[HARBOUR].members[CARMEN]
    with play.faults(server_errors=1):
        for _ in range(8):
            member.role_ids.clear()
            answer = await bot.rest.put(f"/guilds/{HARBOUR}/members/{CARMEN}/roles/{SAILOR}")
            effects[answer.status_code].add(member.role_ids == [SAILOR])
    assert effects == {500: {False}, 502: {True}}


@pytest.mark.parametrize(("fault", "done"), [("resets", False), ("lost_responses", True)])
async def test_a_connection_breaks_off_before_the_effect_or_after_it(
    bot: FakeBot, play: Play, fault: str, done: bool
) -> None:
    with play.faults(**{fault: 1}), pytest.raises(httpx.ReadError):
        await bot.rest.put(f"/guilds/{HARBOUR}/bans/{CARMEN}")
    assert (CARMEN in play.world.guilds[HARBOUR].bans) is done
    assert (await bot.rest.get(f"/guilds/{HARBOUR}/bans/{CARMEN}")).status_code == (200 if done else 404)


async def test_faults_end_with_their_block(play: Play) -> None:
    with play.faults(twice=True, rate_limit=0.5):
        pass
    assert play._state.faults.json() == {
        "slow_ms": 0,
        "twice": False,
        "lose_answer": False,
        "rate_limit": 0.0,
        "server_errors": 0.0,
        "resets": 0.0,
        "lost_responses": 0.0,
        "no_message_content": False,
    }


@pytest.mark.parametrize("wrong", [{"slow_ms": 5001}, {"rate_limit": 1.5}, {"twice": 1}, {"loud": True}])
def test_a_fault_out_of_range_is_refused(play: Play, wrong: Json) -> None:
    with pytest.raises(Refusal) as refused, play.faults(**wrong):
        pass
    assert refused.value.fields.keys() == wrong.keys()


async def test_an_unreachable_endpoint_shows_as_did_not_respond(bot: FakeBot, play: Play) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    play._state.client = httpx.AsyncClient(transport=httpx.MockTransport(refuse))
    result = await play.slash("ping", as_=ALICE)
    assert result.failed == "The endpoint can't be reached (ConnectError)."
