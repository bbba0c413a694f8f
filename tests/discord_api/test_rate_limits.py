"""Buckets, the global limit and the budget of invalid answers, against a Discord that counts for itself."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from discord_api import guilds, interaction_responses, members, messages, users
from discord_api.errors import RateLimited
from discord_api.rate_limits import MANY_BUCKETS, RateLimits
from discord_api.routes import Route
from tests.discord_api.stand_in import Arithmetic, Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time, now

MESSAGES = ("POST", r"/channels/(\d+)/messages$", "post-message", 5, 5.0)
ADD_ROLE = ("PUT", r"/guilds/(\d+)/members", "member-role", 10, 10.0)
TAKE_ROLE = ("DELETE", r"/guilds/(\d+)/members", "member-role", 10, 10.0)
HOOK = ("PATCH", r"/webhooks/(\d+/\w+)/", "hook", 5, 2.0)


def busiest_second(moments: list[float]) -> int:
    """Most requests within any second."""
    return max(sum(start <= moment < start + 1 for moment in moments) for start in moments)


@pytest.mark.parametrize("seed", range(8))
@in_virtual_time
async def test_200_calls_at_once_put_nothing_into_an_empty_bucket(seed: int) -> None:
    discord = Arithmetic([MESSAGES, ADD_ROLE, TAKE_ROLE], seed=seed, others=0.01, shared=0.03, global_every=60)
    bot = client(discord, patience=1000.0)
    # That these two share a bucket is to be learnt first.
    await members.add_role(bot, 7, 1, 1)
    await members.remove_role(bot, 7, 1, 1)
    calls: list[Any] = []
    for index in range(200):
        if index % 4 < 2:
            calls.append(messages.send(bot, index % 4, {"content": f"message {index}"}))
        else:
            change = members.add_role if index % 4 == 2 else members.remove_role
            calls.append(change(bot, 7, index + 100, 1))
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert [result for result in results if isinstance(result, BaseException)] == []
    assert discord.faults == []
    assert set(discord.done.values()) == {1}
    assert len(discord.done) == 202
    assert discord.statuses[429] > 0
    assert busiest_second([moment for moment, _, _ in discord.sent]) <= 50


@in_virtual_time
async def test_waiting_callers_are_served_in_the_order_they_came() -> None:
    discord = Arithmetic([MESSAGES])
    bot = client(discord, patience=1000.0)
    await asyncio.gather(*(messages.send(bot, 1, {"content": f"{index:03}"}) for index in range(60)))
    assert [body for _, _, body in discord.sent] == sorted(body for _, _, body in discord.sent)
    assert discord.faults == []


@in_virtual_time
async def test_the_whole_bot_sends_fifty_a_second_at_most_and_not_many_fewer() -> None:
    discord = Arithmetic([("GET", r"/users/(\d)", "user", 10_000, 1.0)])
    bot = client(discord)
    await users.get(bot, 1)
    started = now()
    await asyncio.gather(*(users.get(bot, 1) for _ in range(500)))
    arrivals = [moment for moment, _, _ in discord.sent]
    assert busiest_second(arrivals) <= 50
    assert now() - started < 12


@in_virtual_time
async def test_answers_to_interactions_do_not_wait_for_the_global_limit() -> None:
    discord = Script(answer(429, {"retry_after": 20.0, "global": True}), answer(200, {}))
    bot = client(discord)
    waiting = asyncio.create_task(guilds.get(bot, 1))
    await asyncio.sleep(0.5)
    await interaction_responses.edit(bot, 1, "token", {"content": "hello"})
    assert discord.requests[-1].method == "PATCH"
    assert not waiting.done()
    await waiting
    assert discord.times[-1] - discord.times[0] >= 20


@in_virtual_time
async def test_many_answers_to_one_interaction_stay_within_its_bucket() -> None:
    discord = Arithmetic([HOOK])
    bot = client(discord)
    await asyncio.gather(*(interaction_responses.edit(bot, 1, "abc", {"content": str(index)}) for index in range(40)))
    assert discord.faults == []
    assert discord.statuses == {200: 40}


@pytest.mark.parametrize("seed", range(4))
@in_virtual_time
async def test_requests_still_under_way_when_a_window_ends_have_their_share_of_the_next(seed: int) -> None:
    discord = Arithmetic([("GET", r"/guilds/(\d)$", "guild", 5, 1.0)], seed=seed, travel=(0.01, 0.9))
    bot = client(discord, patience=1000.0)
    await asyncio.gather(*(guilds.get(bot, 1) for _ in range(100)))
    assert discord.faults == []


@in_virtual_time
async def test_a_bucket_that_gets_its_name_from_another_channel_still_waits_for_its_own_first_answer() -> None:
    discord = Arithmetic([("POST", r"/channels/(\d+)/messages$", "post-message", 1, 5.0)])

    async def slow_in_channel_2(request: httpx.Request) -> httpx.Response:
        reply = await discord(request)
        await asyncio.sleep(0.5 if "/channels/2/" in request.url.path else 0)
        return reply

    bot = client(slow_in_channel_2)
    first = [asyncio.create_task(messages.send(bot, channel, {"content": "first"})) for channel in (1, 2)]
    await asyncio.sleep(0.3)
    await messages.send(bot, 2, {"content": "second"})
    await asyncio.gather(*first)
    assert discord.faults == []
    assert discord.statuses == {200: 3}


@in_virtual_time
async def test_a_lost_answer_counts_as_if_it_had_arrived() -> None:
    discord = Arithmetic([("GET", r"/guilds/(\d)$", "guild", 2, 5.0)])
    lost = {3, 4}

    async def sometimes_lost(request: httpx.Request) -> httpx.Response:
        reply = await discord(request)
        if len(discord.sent) in lost:
            raise httpx.ReadError("reset")
        return reply

    bot = client(sometimes_lost)
    for _ in range(12):
        await guilds.get(bot, 1)
    assert discord.faults == []
    assert discord.statuses == {200: 14}


@in_virtual_time
async def test_a_call_that_would_wait_too_long_is_told_at_once() -> None:
    discord = Script(answer(429, {"retry_after": 600.0}, x_ratelimit_scope="user"))
    bot = client(discord, patience=30.0)
    started = now()
    for _ in range(3):
        with pytest.raises(RateLimited) as told:
            await guilds.get(bot, 1)
    assert told.value.retry_after > 590
    assert now() - started < 1
    assert len(discord.requests) == 1


@in_virtual_time
async def test_a_queue_longer_than_the_patience_ends_in_a_sentence_and_not_in_silence() -> None:
    discord = Arithmetic([MESSAGES])
    bot = client(discord, patience=12.0)
    results = await asyncio.gather(
        *(messages.send(bot, 1, {"content": str(index)}) for index in range(100)), return_exceptions=True
    )
    late = [result for result in results if isinstance(result, RateLimited)]
    assert len(late) + sum(discord.done.values()) == 100
    assert late
    assert now() - 1000 < 13
    assert discord.faults == []


@in_virtual_time
async def test_a_cancelled_caller_leaves_the_queue_moving() -> None:
    discord = Arithmetic([MESSAGES])
    bot = client(discord, patience=1000.0)
    calls = [asyncio.create_task(messages.send(bot, 1, {"content": f"{index:03}"})) for index in range(40)]
    for index, call in enumerate(calls):
        await asyncio.sleep(0.21)
        if index % 2:
            call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert discord.faults == []
    assert all(call.done() for call in calls)
    assert len(discord.done) >= 20


@in_virtual_time
async def test_cloudflares_429_silences_every_route_even_interactions() -> None:
    page = answer(429, None, retry_after="40")
    discord = Script(page, answer(200, {}))
    bot = client(discord)
    first = asyncio.create_task(guilds.get(bot, 1))
    await asyncio.sleep(1)
    await asyncio.gather(users.get(bot, 2), interaction_responses.edit(bot, 1, "token", {}), first)
    assert all(moment - discord.times[0] >= 40 for moment in discord.times[1:])


@in_virtual_time
async def test_buckets_of_past_interactions_are_forgotten() -> None:
    limits = RateLimits(per_second=50, clock=asyncio.get_running_loop().time)
    told = {"x-ratelimit-limit": "5", "x-ratelimit-remaining": "4", "x-ratelimit-reset-after": "1"}
    for index in range(5 * MANY_BUCKETS):
        route = Route("POST", "/webhooks/{webhook_id}/{webhook_token}", {"webhook_id": 1, "webhook_token": f"t{index}"})
        bucket = await limits.enter(route, limits.ticket(), now() + 60)
        limits.leave(route, bucket, {**told, "x-ratelimit-bucket": "hook"})
        await asyncio.sleep(0.01)
    assert len(limits._buckets) <= MANY_BUCKETS + 200


@pytest.mark.parametrize("rubbish", ["", "soon", "nan", "inf", "-5"])
@in_virtual_time
async def test_rubbish_in_rate_limit_headers_is_survived(rubbish: str) -> None:
    headers = {"x_ratelimit_limit": rubbish, "x_ratelimit_remaining": rubbish, "x_ratelimit_reset_after": rubbish}
    discord = Script(answer(429, {"retry_after": rubbish}, retry_after=rubbish, **headers), answer(200, {}, **headers))
    bot = client(discord)
    for _ in range(3):
        assert await guilds.get(bot, 1) == {}
    assert len(discord.requests) == 4
