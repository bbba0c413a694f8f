"""Nothing is sent with a bot token that Discord refuses, until it takes it again."""

from __future__ import annotations

import asyncio
import itertools

import httpx
import pytest
from structlog.testing import capture_logs

from discord_api import guilds, interaction_responses, users
from discord_api.errors import Unauthorized
from tests.discord_api.stand_in import Arithmetic, Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time, now

OUTAGE = answer(502, None)
REFUSED = httpx.ConnectError("connection refused")


@in_virtual_time
async def test_a_refused_bot_token_stops_every_call_that_waits_and_alarms_once() -> None:
    alarms: list[bool] = []
    discord = Arithmetic([("GET", r"/guilds/(\d+)$", "guild", 5, 5.0)])
    refusing = False

    async def revoked_later(request: httpx.Request) -> httpx.Response:
        reply = await discord(request)
        return answer(401, {"code": 0, "message": "401: Unauthorized"}) if refusing else reply

    bot = client(revoked_later, on_token=alarms.append, patience=600.0)
    with capture_logs() as logs:
        calls = [asyncio.create_task(guilds.get(bot, 1)) for _ in range(50)]
        await asyncio.sleep(4)
        refusing = True
        sent_before = len(discord.sent)
        results = await asyncio.gather(*calls, return_exceptions=True)
        stopped_at = now()
        with pytest.raises(Unauthorized):
            await users.get(bot, 1)
    refused = [result for result in results if isinstance(result, Unauthorized)]
    assert len(refused) == 50 - sent_before
    assert len(discord.sent) <= sent_before + 5, "those of one window were under way together"
    assert stopped_at < 1010, "nobody waited for a window that will never be used"
    assert alarms == [True]
    (line,) = (entry for entry in logs if entry["log_level"] == "error")
    assert line["event"] == "discord refused the bot token, so no calls are made with it"
    assert line["asked_again_in"] == 5


@in_virtual_time
async def test_a_bot_token_that_discord_refused_by_mistake_is_used_again_seconds_later() -> None:
    alarms: list[bool] = []
    no = answer(401, {"code": 0, "message": "401: Unauthorized"})
    discord = Script(no, answer(200, {"id": "1"}))
    bot = client(discord, on_token=alarms.append)
    with pytest.raises(Unauthorized):
        await guilds.get(bot, 1)
    await asyncio.sleep(4.9)
    with pytest.raises(Unauthorized):
        await guilds.get(bot, 1)
    assert bot.refused
    await asyncio.sleep(0.2)
    assert await guilds.get(bot, 1) == {"id": "1"}
    assert (bot.refused, alarms) == (False, [True, False])
    assert [request.url.path for request in discord.requests[1:2]] == ["/api/v10/applications/@me"]


@in_virtual_time
async def test_a_bot_token_that_stays_refused_is_tried_less_and_less_often() -> None:
    discord = Script(answer(401, {"code": 0, "message": "401: Unauthorized"}))
    bot = client(discord)
    with capture_logs() as logs:
        with pytest.raises(Unauthorized):
            await guilds.get(bot, 1)
        await asyncio.sleep(24 * 3600)
        await bot.close()
        asked = len(discord.requests)
        await asyncio.sleep(3600)
    gaps = [round(later - before) for before, later in itertools.pairwise(discord.times)]
    assert gaps[:6] == [5, 15, 60, 300, 900, 900]
    assert 90 <= asked <= 101, "four times an hour"
    assert len(discord.requests) == asked, "nothing is asked once it is closed"
    assert len([entry for entry in logs if "refused the bot token" in entry["event"]]) == asked


@in_virtual_time
async def test_an_outage_while_a_refused_token_is_tried_again_tells_nothing_about_it() -> None:
    discord = Script(answer(401, {"code": 0}), OUTAGE, REFUSED, answer(200, {"id": "1"}))
    bot = client(discord)
    with pytest.raises(Unauthorized):
        await guilds.get(bot, 1)
    await asyncio.sleep(30)
    assert bot.refused
    await asyncio.sleep(60)
    assert await guilds.get(bot, 1) == {"id": "1"}


@in_virtual_time
async def test_who_waits_for_another_bucket_hears_of_the_refused_token_at_once() -> None:
    paused = answer(429, {"retry_after": 50.0}, x_ratelimit_scope="user")
    discord = Script(paused, answer(401, {"code": 0, "message": "401: Unauthorized"}))
    bot = client(discord)
    waiting = asyncio.create_task(guilds.get(bot, 1))
    await asyncio.sleep(1)
    with pytest.raises(Unauthorized):
        await users.get(bot, 1)
    with pytest.raises(Unauthorized):
        await waiting
    assert now() < 1002
    assert len(discord.requests) == 2


@in_virtual_time
async def test_interactions_are_answered_although_the_bot_token_is_refused() -> None:
    discord = Script(answer(401, {"code": 0, "message": "401: Unauthorized"}), answer(200, {"id": "1"}))
    bot = client(discord)
    with pytest.raises(Unauthorized):
        await guilds.get(bot, 1)
    assert await interaction_responses.edit(bot, 1, "token", {"content": "hello"}) == {"id": "1"}
