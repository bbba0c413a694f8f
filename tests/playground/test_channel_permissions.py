"""REST: overwrites of channels."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from discord_api.permissions import Overwrite, Permissions
from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import (
    ALICE,
    ASHORE,
    BOT_ROLE,
    CREW_ONLY,
    GENERAL,
    HARBOUR,
    MARKET,
    NOTICES,
    SAILOR,
    WATCH_ROOM,
)
from tests.playground.fake_bot import FakeBot

SEND, SPEAK, VIEW = Permissions.SEND_MESSAGES, Permissions.SPEAK, Permissions.VIEW_CHANNEL


async def put(bot: FakeBot, channel_id: int, target_id: int, **body: Any) -> httpx.Response:
    bits = {key: str(int(value)) if key != "type" else value for key, value in body.items()}
    return await bot.rest.put(f"/channels/{channel_id}/permissions/{target_id}", json={"type": 0} | bits)


def refusal(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


async def test_a_locked_channel_silences_members_until_it_is_unlocked(bot: FakeBot, play: Play) -> None:
    assert (await put(bot, GENERAL, HARBOUR, deny=SEND)).status_code == 204
    with pytest.raises(Refusal):
        play.say("hello", as_=ALICE)
    (overwrite,) = (await bot.rest.get(f"/channels/{GENERAL}")).json()["permission_overwrites"]
    assert overwrite == {"id": str(HARBOUR), "type": 0, "allow": "0", "deny": str(int(SEND))}
    assert (await bot.rest.delete(f"/channels/{GENERAL}/permissions/{HARBOUR}")).status_code == 204
    play.say("hello", as_=ALICE)
    assert refusal(await bot.rest.delete(f"/channels/{GENERAL}/permissions/{HARBOUR}")) == (404, 10009)


async def test_an_overwrite_is_replaced_as_a_whole_and_logged(bot: FakeBot) -> None:
    await put(bot, GENERAL, ALICE, type=1, deny=SEND)
    await put(bot, GENERAL, ALICE, type=1, allow=Permissions.SEND_POLLS)
    (overwrite,) = (await bot.rest.get(f"/channels/{GENERAL}")).json()["permission_overwrites"]
    assert (overwrite["type"], overwrite["deny"]) == (1, "0")
    await put(bot, GENERAL, SAILOR, deny=SEND)
    await bot.rest.delete(f"/channels/{GENERAL}/permissions/{ALICE}")
    log = (await bot.rest.get(f"/guilds/{HARBOUR}/audit-logs")).json()["audit_log_entries"]
    assert [entry["action_type"] for entry in log] == [15, 13, 14, 13]
    assert log[1]["options"] == {"id": str(SAILOR), "type": "0", "role_name": "Sailor"}
    assert log[1]["target_id"] == str(GENERAL)


async def test_only_bits_that_the_bot_holds_can_change(bot: FakeBot, play: Play) -> None:
    assert refusal(await put(bot, GENERAL, SAILOR, deny=SEND | Permissions.STREAM)) == (403, 50013)
    play.world.channels[GENERAL].overwrites = [Overwrite(SAILOR, deny=Permissions.STREAM)]
    assert (await put(bot, GENERAL, SAILOR, deny=SEND | Permissions.STREAM)).status_code == 204
    play.world.channels[MARKET].overwrites = [Overwrite(BOT_ROLE, allow=Permissions.MANAGE_ROLES)]
    assert (await put(bot, MARKET, SAILOR, deny=Permissions.STREAM)).status_code == 204


async def test_overwrites_need_manage_roles_in_the_channel(bot: FakeBot, play: Play) -> None:
    play.world.channels[GENERAL].overwrites = [Overwrite(BOT_ROLE, deny=Permissions.MANAGE_ROLES)]
    assert refusal(await put(bot, GENERAL, SAILOR, deny=SEND)) == (403, 50013)
    assert refusal(await put(bot, play.dm(ALICE), SAILOR, deny=SEND)) == (403, 50003)


@pytest.mark.parametrize(("kind", "code"), [(0, 10011), (1, 10007)])
async def test_an_overwrite_is_for_a_role_or_a_member(bot: FakeBot, kind: int, code: int) -> None:
    assert refusal(await put(bot, GENERAL, 1, type=kind, deny=SEND)) == (404, code)


async def test_channels_follow_their_category_until_they_are_changed(bot: FakeBot, play: Play) -> None:
    """Channels copy the overwrites of their category and don't inherit them."""
    channels = play.world.channels
    before = list(channels[NOTICES].overwrites)
    await put(bot, MARKET, SAILOR, deny=SEND)
    await put(bot, ASHORE, HARBOUR, deny=SEND)
    assert channels[GENERAL].overwrites == [Overwrite(HARBOUR, deny=SEND)]
    assert channels[MARKET].overwrites == [Overwrite(SAILOR, deny=SEND)]
    assert channels[NOTICES].overwrites == before
    await bot.rest.delete(f"/channels/{ASHORE}/permissions/{HARBOUR}")
    assert channels[GENERAL].overwrites == []


async def test_a_channel_that_the_bot_hides_from_itself_is_out_of_reach(bot: FakeBot) -> None:
    await put(bot, CREW_ONLY, BOT_ROLE, deny=VIEW)
    assert refusal(await bot.rest.get(f"/channels/{WATCH_ROOM}")) == (403, 50001)
    assert refusal(await put(bot, WATCH_ROOM, BOT_ROLE, allow=VIEW)) == (403, 50001)
    listed = (await bot.rest.get(f"/guilds/{HARBOUR}/channels")).json()
    assert not {str(CREW_ONLY), str(WATCH_ROOM)} & {channel["id"] for channel in listed}
