"""Discord blocks who is refused too often: the brake before that."""

from __future__ import annotations

import asyncio

import pytest

from discord_api import guilds, interaction_responses, members
from discord_api.errors import Forbidden, RateLimited
from tests.discord_api.stand_in import Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time


@in_virtual_time
async def test_one_guild_that_refuses_us_is_left_alone_and_the_others_are_served() -> None:
    discord = Script(answer(403, {"code": 50013, "message": "Missing Permissions"}))
    bot = client(discord)
    for _ in range(20):
        with pytest.raises((Forbidden, RateLimited)):
            await members.add_role(bot, 1, 2, 3)
    assert len(discord.requests) == 5
    discord.replies = [answer(204)]
    await members.add_role(bot, 2, 2, 3)
    with pytest.raises(RateLimited) as told:
        await members.add_role(bot, 1, 2, 3)
    await asyncio.sleep(told.value.retry_after + 1)
    await members.add_role(bot, 1, 2, 3)


@in_virtual_time
async def test_a_storm_of_refusals_is_braked_long_before_discord_blocks_the_address() -> None:
    discord = Script(answer(403, {"code": 50001, "message": "Missing Access"}))
    bot = client(discord)
    results = await asyncio.gather(*(guilds.get(bot, guild) for guild in range(500)), return_exceptions=True)
    assert all(isinstance(result, (Forbidden, RateLimited)) for result in results)
    assert len(discord.requests) <= 50
    discord.replies = [answer(200, {"id": "1"})]
    assert await interaction_responses.edit(bot, 1, "token", {}) == {"id": "1"}


@in_virtual_time
async def test_a_shared_429_is_no_fault_of_ours_and_does_not_brake() -> None:
    shared = answer(429, {"retry_after": 0.3}, x_ratelimit_scope="shared")
    discord = Script(*[shared, shared, answer(200, {})] * 60)
    bot = client(discord)
    for guild in range(60):
        await guilds.get(bot, guild)
    assert len(discord.requests) == 180
