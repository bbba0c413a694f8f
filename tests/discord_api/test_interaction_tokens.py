"""Tokens of interactions: not known yet, dead, expired, forgotten."""

from __future__ import annotations

import asyncio

import pytest
from httpx import Response

from discord_api import guilds, interaction_responses
from discord_api.errors import UnknownInteraction, UnknownMessage, UnknownWebhook
from tests.discord_api.stand_in import Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time

UNKNOWN_WEBHOOK = answer(404, {"code": 10015, "message": "Unknown Webhook"})


@in_virtual_time
async def test_an_interaction_that_discord_does_not_know_yet_is_tried_again() -> None:
    discord = Script(UNKNOWN_WEBHOOK, answer(200, {"id": "1"}))
    bot = client(discord)
    first = interaction_responses.edit(bot, 1, "fresh", {"content": "done"})
    second = interaction_responses.follow_up(bot, 1, "fresh", {"content": "and more"})
    assert list(await asyncio.gather(first, second)) == [{"id": "1"}, {"id": "1"}]
    assert [request.method for request in discord.requests] == ["PATCH", "PATCH", "POST"]
    assert discord.times[1] - discord.times[0] < 1.5


@in_virtual_time
async def test_a_dead_interaction_is_asked_three_times_and_then_never_again() -> None:
    discord = Script(UNKNOWN_WEBHOOK)
    bot = client(discord)
    for _ in range(5):
        with pytest.raises(UnknownWebhook):
            await interaction_responses.edit(bot, 1, "dead", {"content": "hello"})
    assert len(discord.requests) == 3
    assert 7 < discord.times[-1] - discord.times[0] < 12


EXPIRED = answer(401, {"code": 50027, "message": "Invalid Webhook Token"})


@in_virtual_time
async def test_an_expired_interaction_is_asked_three_times_and_the_bot_token_stays_good() -> None:
    discord = Script(EXPIRED)
    bot = client(discord)
    for _ in range(3):
        with pytest.raises(UnknownWebhook):
            await interaction_responses.follow_up(bot, 1, "expired", {"content": "late"})
    assert len(discord.requests) == 3
    discord.replies = [answer(200, {})]
    await guilds.get(bot, 1)


@in_virtual_time
@pytest.mark.parametrize("code", [50027, 0])
@pytest.mark.parametrize("before", [[], [answer(200, {"id": "0"})]], ids=["new", "good before"])
async def test_a_single_401_loses_no_answer(code: int, before: list[Response]) -> None:
    discord = Script(*before, answer(401, {"code": code, "message": "no"}), answer(200, {"id": "1"}))
    bot = client(discord)
    for _ in before:
        await interaction_responses.get(bot, 1, "token")
    assert await interaction_responses.edit(bot, 1, "token", {"content": "done"}) == {"id": "1"}
    assert len(discord.requests) == len(before) + 2


@in_virtual_time
async def test_an_interaction_whose_three_seconds_passed_is_asked_once() -> None:
    discord = Script(answer(404, {"code": 10062, "message": "Unknown interaction"}))
    bot = client(discord)
    ids: dict[str, int | str] = {"interaction_id": 1, "interaction_token": "late"}
    with pytest.raises(UnknownInteraction):
        await bot.request("POST", "/interactions/{interaction_id}/{interaction_token}/callback", ids, json={"type": 5})
    with pytest.raises(UnknownWebhook):
        await interaction_responses.follow_up(bot, 1, "late", {"content": "too late"})
    assert len(discord.requests) == 1


@in_virtual_time
async def test_a_deleted_first_answer_does_not_make_the_token_dead() -> None:
    discord = Script(answer(200, {}), answer(404, {"code": 10008, "message": "Unknown Message"}), answer(200, {}))
    bot = client(discord)
    await interaction_responses.delete(bot, 1, "token")
    with pytest.raises(UnknownMessage):
        await interaction_responses.edit(bot, 1, "token", {"content": "again"})
    await interaction_responses.follow_up(bot, 1, "token", {"content": "instead"})
    assert len(discord.requests) == 3


@in_virtual_time
async def test_old_interaction_tokens_are_forgotten() -> None:
    discord = Script(answer(200, {}))
    bot = client(discord)
    for index in range(200):
        await interaction_responses.get(bot, 1, f"token{index}")
        await asyncio.sleep(10)
    assert len(bot._rest._tokens._tokens) < 120


@in_virtual_time
async def test_three_racing_calls_ask_a_dead_interaction_three_times_together() -> None:
    discord = Script(UNKNOWN_WEBHOOK)
    bot = client(discord)
    results = await asyncio.gather(
        interaction_responses.edit(bot, 1, "dead", {}),
        interaction_responses.follow_up(bot, 1, "dead", {}),
        interaction_responses.get(bot, 1, "dead"),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [UnknownWebhook] * 3
    assert len(discord.requests) == 3
    assert 7 <= discord.times[-1] - discord.times[0] <= 12
