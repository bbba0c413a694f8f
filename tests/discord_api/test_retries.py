"""What is sent again and what is not."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import httpx
import pytest

from discord_api import channels, guilds, interaction_responses, members, messages
from discord_api.client import Discord
from discord_api.errors import Forbidden, RateLimited, Unavailable, UnknownMessage
from tests.discord_api.stand_in import Reply, Script, answer, client
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
