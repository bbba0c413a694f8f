"""REST: slowmode, pins, bulk deletion, and what the bot can read."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from discord_api.permissions import Overwrite, Permissions
from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import ALICE, BOB, BOT_ROLE, GENERAL, HARBOUR, MANAGER, OWNER, SAILOR
from tests.playground.fake_bot import SILENT, FakeBot, Json

CHANNEL = f"/channels/{GENERAL}"
BULK = f"{CHANNEL}/messages/bulk-delete"
PINS = f"{CHANNEL}/messages/pins"


def refusal(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def deny_the_bot(play: Play, permission: Permissions) -> None:
    play.world.channels[GENERAL].overwrites = [Overwrite(BOT_ROLE, deny=permission)]


async def log(bot: FakeBot, kind: int) -> list[Json]:
    answer = await bot.rest.get(f"/guilds/{HARBOUR}/audit-logs?action_type={kind}")
    entries: list[Json] = answer.json()["audit_log_entries"]
    return entries


async def test_slowmode_slows_everyone_who_may_not_bypass_it(bot: FakeBot, play: Play) -> None:
    """Since February 2026 managing messages or channels doesn't spare anyone, and bots are never slowed."""
    answer = await bot.rest.patch(CHANNEL, json={"rate_limit_per_user": 30})
    assert answer.json()["rate_limit_per_user"] == 30
    for user_id in (ALICE, MANAGER):
        play.say("first", as_=user_id)
        with pytest.raises(Refusal, match="Slowmode is on"):
            play.say("second", as_=user_id)
    for _ in range(2):
        play.say("hello", as_=OWNER)
        assert (
            await bot.rest.post(f"{CHANNEL}/messages", json={"content": "hi", "allowed_mentions": SILENT})
        ).is_success
    await play.world.clock.move(timedelta(seconds=30))
    play.say("second", as_=ALICE)
    play.world.guilds[HARBOUR].roles[SAILOR].permissions |= Permissions.BYPASS_SLOWMODE
    play.say("third", as_=ALICE)
    (entry,) = await log(bot, 11)
    assert entry["changes"] == [{"key": "rate_limit_per_user", "old_value": 0, "new_value": 30}]


@pytest.mark.parametrize("body", [{"rate_limit_per_user": 21601}, {"topic": "x" * 1025}, {"name": ""}])
async def test_a_channel_has_discords_limits(either: FakeBot, body: Json) -> None:
    assert refusal(await either.rest.patch(CHANNEL, json=body)) == (400, 50035)


async def test_changing_a_channel_needs_manage_channels(bot: FakeBot, play: Play) -> None:
    deny_the_bot(play, Permissions.MANAGE_CHANNELS)
    assert refusal(await bot.rest.patch(CHANNEL, json={"rate_limit_per_user": 5})) == (403, 50013)
    assert play.world.channels[GENERAL].rate_limit_per_user == 0


async def test_many_messages_are_deleted_at_once(bot: FakeBot, play: Play) -> None:
    ids = [play.say(str(number), as_=BOB).id for number in range(3)]
    answer = await bot.rest.post(BULK, json={"messages": [*map(str, ids[:2]), str(ids[2] + 5)]})
    assert answer.status_code == 204
    assert ids[2] in play.world.channels[GENERAL].messages
    assert not {*ids[:2]} & play.world.channels[GENERAL].messages.keys()
    (entry,) = await log(bot, 73)
    assert (entry["target_id"], entry["options"]) == (str(GENERAL), {"count": "2"})


async def test_a_bulk_deletion_is_refused_as_a_whole(either: FakeBot) -> None:
    play = either.play
    ids = [str(play.say(str(number), as_=BOB).id) for number in range(2)]
    old = str(int(ids[0]) - (15 * 86_400_000 << 22))
    assert refusal(await either.rest.post(BULK, json={"messages": ids[:1]})) == (400, 50016)
    much = [str(number) for number in range(int(ids[0]), int(ids[0]) + 101)]
    assert refusal(await either.rest.post(BULK, json={"messages": much})) == (400, 50016)
    assert refusal(await either.rest.post(BULK, json={"messages": [*ids, ids[0]]})) == (400, 50035)
    assert refusal(await either.rest.post(BULK, json={"messages": [*ids, old]})) == (400, 50034)
    assert {*map(int, ids)} <= play.world.channels[GENERAL].messages.keys()


async def test_bulk_deletion_needs_manage_messages_in_a_server(bot: FakeBot, play: Play) -> None:
    ids = {"messages": [str(play.say(str(number), as_=BOB).id) for number in range(2)]}
    assert refusal(await bot.rest.post(f"/channels/{play.dm(BOB)}/messages/bulk-delete", json=ids)) == (403, 50003)
    deny_the_bot(play, Permissions.MANAGE_MESSAGES)
    assert refusal(await bot.rest.post(BULK, json=ids)) == (403, 50013)


async def test_deletions_of_one_authors_messages_share_an_audit_log_entry(bot: FakeBot, play: Play) -> None:
    for user_id in (BOB, BOB, ALICE):
        await bot.rest.delete(f"{CHANNEL}/messages/{play.say('spam', as_=user_id).id}")
    entries = await log(bot, 72)
    assert [(entry["target_id"], entry["options"]["count"]) for entry in entries] == [
        (str(ALICE), "1"),
        (str(BOB), "2"),
    ]


async def test_messages_are_pinned_listed_and_unpinned(bot: FakeBot, play: Play) -> None:
    first, second = (play.say(text, as_=BOB) for text in ("first", "second"))
    for message in (first, second):
        assert (await bot.rest.put(f"{PINS}/{message.id}")).status_code == 204
    page = (await bot.rest.get(f"{PINS}?limit=1")).json()
    (newest,) = page["items"]
    assert (newest["message"]["content"], newest["message"]["pinned"], page["has_more"]) == ("second", True, True)
    rest = (await bot.rest.get(PINS, params={"before": newest["pinned_at"]})).json()
    assert [item["message"]["content"] for item in rest["items"]] == ["first"]
    await bot.rest.delete(f"{PINS}/{first.id}")
    assert [entry["action_type"] for entry in await log(bot, 0)] == [75, 74, 74]
    await bot.rest.put(f"/guilds/{HARBOUR}/bans/{BOB}", json={"delete_message_seconds": 60})
    assert second.id not in play.world.channels[GENERAL].messages
    assert (await bot.rest.get(PINS)).json() == {"items": [], "has_more": False}


async def test_pinning_needs_pin_messages(bot: FakeBot, play: Play) -> None:
    """Manage Messages hasn't been enough since February 2026."""
    message = play.say("hello", as_=BOB)
    deny_the_bot(play, Permissions.PIN_MESSAGES)
    assert refusal(await bot.rest.put(f"{PINS}/{message.id}")) == (403, 50013)


async def test_a_channel_has_at_most_250_pins(bot: FakeBot, play: Play) -> None:
    channel = play.world.channels[GENERAL]
    channel.pins = dict.fromkeys(range(250), play.world.now())
    assert refusal(await bot.rest.put(f"{PINS}/{play.say('one more', as_=BOB).id}")) == (400, 30003)


async def test_without_message_history_nothing_is_listed(bot: FakeBot, play: Play) -> None:
    await bot.rest.put(f"{PINS}/{play.say('hello', as_=BOB).id}")
    deny_the_bot(play, Permissions.READ_MESSAGE_HISTORY)
    assert (await bot.rest.get(f"{CHANNEL}/messages")).json() == []
    assert (await bot.rest.get(PINS)).json()["items"] == []


async def test_without_the_intent_other_peoples_messages_come_empty(bot: FakeBot, play: Play) -> None:
    await bot.rest.post(f"{CHANNEL}/messages", json={"content": "own", "allowed_mentions": SILENT})
    message = play.say("secret", as_=BOB)
    play.say(f"<@{play.world.bot.id}> hello", as_=BOB)
    dm = play.say("in private", as_=BOB, channel=play.dm(BOB))
    with play.faults(no_message_content=True):
        newest = [shown["content"] for shown in (await bot.rest.get(f"{CHANNEL}/messages?limit=3")).json()]
        assert newest == [f"<@{play.world.bot.id}> hello", "", "own"]
        assert (await bot.rest.get(f"{CHANNEL}/messages/{message.id}")).json()["content"] == ""
        assert (await bot.rest.get(f"/channels/{dm.channel_id}/messages/{dm.id}")).json()["content"] == "in private"
    assert (await bot.rest.get(f"{CHANNEL}/messages/{message.id}")).json()["content"] == "secret"
