"""What is sent again and what is not, and that nothing is sent with a refused bot token."""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import Awaitable, Callable

import httpx
import pytest
from structlog.testing import capture_logs

from discord_api import channels, guilds, interaction_responses, members, messages, users
from discord_api.client import Discord
from discord_api.errors import Forbidden, RateLimited, Unauthorized, Unavailable, UnknownMessage
from tests.discord_api.stand_in import Arithmetic, Reply, Script, answer, client
from tests.discord_api.virtual_time import in_virtual_time, now

Call = Callable[[Discord], Awaitable[object]]

OUTAGE = answer(502, None)
RESET = httpx.ReadError("connection reset")
REFUSED = httpx.ConnectError("connection refused")
SLOW_DOWN = answer(429, {"retry_after": 0.5}, x_ratelimit_scope="user")

SAFE: dict[str, Call] = {
    "look": lambda bot: guilds.get(bot, 1),
    "give a role": lambda bot: members.add_role(bot, 1, 2, 3),
    "take a role": lambda bot: members.remove_role(bot, 1, 2, 3),
    "edit": lambda bot: messages.edit(bot, 1, 2, {"content": "new"}),
    "open a DM": lambda bot: channels.open_dm(bot, 1),
    "send once by nonce": lambda bot: messages.send(bot, 1, {"content": "a", "nonce": "7", "enforce_nonce": True}),
}
UNSAFE: dict[str, Call] = {
    "send": lambda bot: messages.send(bot, 1, {"content": "a"}),
    "send with a nonce that is not enforced": lambda bot: messages.send(bot, 1, {"content": "a", "nonce": "7"}),
    "follow up": lambda bot: interaction_responses.follow_up(bot, 1, "token", {"content": "a"}),
}


@pytest.mark.parametrize("trouble", [OUTAGE, RESET, REFUSED, SLOW_DOWN], ids=["502", "reset", "refused", "429"])
@pytest.mark.parametrize("name", SAFE)
@in_virtual_time
async def test_what_is_safe_to_repeat_outlasts_short_trouble(name: str, trouble: Reply) -> None:
    discord = Script(trouble, trouble, answer(200, {"id": "1"}))
    await SAFE[name](client(discord))
    assert len(discord.requests) == 3


@pytest.mark.parametrize("trouble", [OUTAGE, RESET, httpx.ReadTimeout("slow")], ids=["502", "reset", "timeout"])
@pytest.mark.parametrize("name", UNSAFE)
@in_virtual_time
async def test_a_message_that_may_have_arrived_is_not_sent_twice(name: str, trouble: Reply) -> None:
    discord = Script(trouble, answer(200, {"id": "1"}))
    with pytest.raises(Unavailable) as told:
        await UNSAFE[name](client(discord))
    assert told.value.effect_unknown
    assert len(discord.requests) == 1


@pytest.mark.parametrize("trouble", [REFUSED, httpx.ConnectTimeout("slow"), SLOW_DOWN], ids=["refused", "slow", "429"])
@pytest.mark.parametrize("name", UNSAFE)
@in_virtual_time
async def test_a_message_that_certainly_did_not_arrive_is_sent_again(name: str, trouble: Reply) -> None:
    discord = Script(trouble, answer(200, {"id": "1"}))
    await UNSAFE[name](client(discord))
    assert len(discord.requests) == 2


@in_virtual_time
async def test_a_long_outage_ends_after_five_attempts_and_says_whether_something_may_have_happened() -> None:
    for trouble, unknown in ((OUTAGE, True), (REFUSED, False)):
        discord = Script(trouble)
        with pytest.raises(Unavailable) as told:
            await members.add_role(client(discord), 1, 2, 3)
        assert told.value.effect_unknown is unknown
        assert len(discord.requests) == 5
        gaps = [later - earlier for earlier, later in zip(discord.times, discord.times[1:], strict=False)]
        assert gaps[0] < gaps[-1]


@in_virtual_time
async def test_an_effect_stays_unknown_when_later_attempts_never_arrive() -> None:
    discord = Script(RESET, REFUSED)
    with pytest.raises(Unavailable) as told:
        await members.add_role(client(discord), 1, 2, 3)
    assert told.value.effect_unknown
    with pytest.raises(RateLimited) as waited:
        await members.add_role(client(Script(RESET, answer(429, {"retry_after": 900.0}))), 1, 2, 3)
    assert waited.value.effect_unknown


@in_virtual_time
async def test_a_refusal_is_not_argued_with() -> None:
    discord = Script(answer(403, {"code": 50013, "message": "Missing Permissions"}))
    with pytest.raises(Forbidden) as told:
        await members.add_role(client(discord), 1, 2, 3)
    assert not told.value.effect_unknown
    assert len(discord.requests) == 1


@in_virtual_time
async def test_endless_429s_end() -> None:
    discord = Script(SLOW_DOWN)
    with pytest.raises(RateLimited) as told:
        await guilds.get(client(discord), 1)
    assert (told.value.status, told.value.scope, told.value.retry_after) == (429, "user", 0.5)
    assert len(discord.requests) == 5


@in_virtual_time
async def test_a_deletion_whose_answer_was_lost_succeeds_when_nothing_is_left_to_delete() -> None:
    gone = answer(404, {"code": 10008, "message": "Unknown Message"})
    await messages.delete(client(Script(RESET, gone)), 1, 2)
    with pytest.raises(UnknownMessage):
        await messages.delete(client(Script(gone)), 1, 2)
    with pytest.raises(UnknownMessage):
        await messages.edit(client(Script(RESET, gone)), 1, 2, {"content": "new"})


@in_virtual_time
async def test_an_answer_that_never_comes_is_given_up_after_ten_seconds_or_as_told() -> None:
    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    calls: dict[float, Call] = {
        10.0: lambda bot: messages.send(bot, 1, {"content": "a"}),
        3.0: lambda bot: bot.request("POST", "/channels/{channel_id}/messages", {"channel_id": 1}, timeout=3.0),
    }
    for seconds, call in calls.items():
        started = now()
        with pytest.raises(Unavailable) as told:
            await call(client(silent))
        assert told.value.effect_unknown
        assert seconds <= now() - started < seconds + 0.5


@in_virtual_time
async def test_a_call_never_takes_much_longer_than_its_patience() -> None:
    async def silent(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(3600)
        raise AssertionError

    started = now()
    with pytest.raises(Unavailable):
        await guilds.get(client(silent, patience=15.0), 1)
    assert now() - started <= 15 + 10


async def test_a_closed_port_is_told_as_never_reached() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}"
        bot = Discord("token", project_url="https://example.org", version="1", base_url=address, patience=0.2)
        with pytest.raises(Unavailable) as told:
            await messages.send(bot, 1, {"content": "a"})
        await bot.close()
    assert not told.value.effect_unknown


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
