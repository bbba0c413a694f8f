"""REST: bans and kicks."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from discord_api.permissions import Permissions
from playground.client.acting import Play
from playground.world.cast import (
    ALICE,
    BOB,
    BOT_ROLE,
    BRUNA,
    CARMEN,
    GENERAL,
    HARBOUR,
    MANAGER,
    MODERATOR,
    OWNER,
    PRACA,
    STRANGER,
)
from tests.playground.fake_bot import FakeBot

BANS = f"/guilds/{HARBOUR}/bans"
BULK = f"/guilds/{HARBOUR}/bulk-ban"
REASON = {"X-Audit-Log-Reason": "Spamming%20%E2%80%93%20again"}


def code(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def take_from_the_bot(play: Play, permission: Permissions) -> None:
    play.world.guilds[HARBOUR].roles[BOT_ROLE].permissions &= ~permission


async def audit_log(bot: FakeBot, kind: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = (await bot.rest.get(f"/guilds/{HARBOUR}/audit-logs?action_type={kind}")).json()[
        "audit_log_entries"
    ]
    return entries


async def test_a_banned_member_is_gone_and_listed_with_the_reason(bot: FakeBot, play: Play) -> None:
    assert (await bot.rest.put(f"{BANS}/{BOB}", headers=REASON)).status_code == 204
    assert BOB not in play.world.guilds[HARBOUR].members
    ban = (await bot.rest.get(f"{BANS}/{BOB}")).json()
    assert (ban["reason"], ban["user"]["id"]) == ("Spamming – again", str(BOB))
    (entry,) = await audit_log(bot, 22)
    assert (entry["user_id"], entry["target_id"]) == (str(play.world.bot.id), str(BOB))
    assert entry["reason"] == "Spamming – again"


async def test_someone_who_never_was_a_member_can_be_banned(bot: FakeBot) -> None:
    assert (await bot.rest.put(f"{BANS}/{STRANGER}", json={})).status_code == 204
    assert (await bot.rest.get(f"{BANS}/{STRANGER}")).json()["reason"] is None
    assert code(await bot.rest.put(f"{BANS}/1")) == (404, 10013)


async def test_a_second_ban_succeeds_and_changes_nothing(bot: FakeBot) -> None:
    await bot.rest.put(f"{BANS}/{BOB}", headers=REASON)
    assert (await bot.rest.put(f"{BANS}/{BOB}", headers={"X-Audit-Log-Reason": "Other"})).status_code == 204
    assert (await bot.rest.get(f"{BANS}/{BOB}")).json()["reason"] == "Spamming – again"
    assert len(await audit_log(bot, 22)) == 1


async def test_a_ban_deletes_the_messages_of_the_time_asked_for_in_this_server(bot: FakeBot, play: Play) -> None:
    old, kept = play.say("old", as_=BRUNA), play.say("elsewhere", as_=BRUNA, channel=play.dm(BRUNA))
    general = play.world.channels[GENERAL].messages
    old.id -= 2 * 3_600_000 << 22
    recent = play.say("recent", as_=BRUNA)
    await bot.rest.put(f"{BANS}/{BRUNA}", json={"delete_message_seconds": 3600})
    assert recent.id not in general
    assert old in general.values()
    assert kept.id in play.world.channels[kept.channel_id].messages
    assert any(message.author_id == ALICE for message in general.values())


async def test_without_a_time_no_message_is_deleted(bot: FakeBot, play: Play) -> None:
    message = play.say("stays", as_=BOB)
    await bot.rest.put(f"{BANS}/{BOB}")
    assert message.id in play.world.channels[GENERAL].messages


@pytest.mark.parametrize("seconds", [-1, 604801])
async def test_at_most_seven_days_of_messages_are_deleted(either: FakeBot, seconds: int) -> None:
    answer = await either.rest.put(f"{BANS}/{BOB}", json={"delete_message_seconds": seconds})
    assert code(answer) == (400, 50035)
    assert "delete_message_seconds" in answer.json()["errors"]


async def test_an_unban_is_logged_and_the_second_one_finds_no_ban(bot: FakeBot) -> None:
    await bot.rest.put(f"{BANS}/{BOB}")
    assert (await bot.rest.delete(f"{BANS}/{BOB}", headers=REASON)).status_code == 204
    assert code(await bot.rest.get(f"{BANS}/{BOB}")) == (404, 10026)
    assert code(await bot.rest.delete(f"{BANS}/{BOB}")) == (404, 10026)
    (entry,) = await audit_log(bot, 23)
    assert (entry["target_id"], entry["reason"]) == (str(BOB), "Spamming – again")


async def test_a_kicked_member_is_gone_but_not_banned(bot: FakeBot, play: Play) -> None:
    assert (await bot.rest.delete(f"/guilds/{HARBOUR}/members/{BOB}", headers=REASON)).status_code == 204
    assert BOB not in play.world.guilds[HARBOUR].members
    assert play.world.guilds[HARBOUR].bans == {}
    (entry,) = await audit_log(bot, 20)
    assert (entry["target_id"], entry["reason"]) == (str(BOB), "Spamming – again")
    assert code(await bot.rest.delete(f"/guilds/{HARBOUR}/members/{BOB}")) == (404, 10007)


@pytest.mark.parametrize("target", [OWNER, MANAGER, "the bot"])
async def test_nobody_with_a_role_as_high_as_the_bots_is_kicked_or_banned(
    bot: FakeBot, play: Play, target: int | str
) -> None:
    user_id = play.world.bot.id if target == "the bot" else target
    assert code(await bot.rest.put(f"{BANS}/{user_id}")) == (403, 50013)
    assert code(await bot.rest.delete(f"/guilds/{HARBOUR}/members/{user_id}")) == (403, 50013)
    assert user_id in play.world.guilds[HARBOUR].members


async def test_each_call_needs_its_permission(bot: FakeBot, play: Play) -> None:
    take_from_the_bot(play, Permissions.MANAGE_GUILD)
    assert code(await bot.rest.post(BULK, json={"user_ids": [str(BOB)]})) == (403, 50013)
    take_from_the_bot(play, Permissions.BAN_MEMBERS | Permissions.KICK_MEMBERS)
    calls = [("PUT", f"{BANS}/{BOB}"), ("DELETE", f"{BANS}/{BOB}"), ("GET", f"{BANS}/{BOB}"), ("GET", BANS)]
    for method, path in [*calls, ("DELETE", f"/guilds/{HARBOUR}/members/{BOB}")]:
        assert code(await bot.rest.request(method, path)) == (403, 50013)
    assert code(await bot.rest.get(f"/guilds/{PRACA}/bans/{BOB}")) == (404, 10026)


async def test_calls_that_change_a_banned_member_have_an_error_of_their_own(bot: FakeBot) -> None:
    await bot.rest.put(f"{BANS}/{BOB}")
    member = f"/guilds/{HARBOUR}/members/{BOB}"
    assert code(await bot.rest.patch(member, json={"nick": "Bob"})) == (403, 40007)
    assert code(await bot.rest.put(f"{member}/roles/{BOT_ROLE}")) == (403, 40007)
    assert code(await bot.rest.get(member)) == (404, 10007)


async def test_bans_are_listed_by_user_id_in_pages(bot: FakeBot) -> None:
    people = sorted([ALICE, BOB, BRUNA, CARMEN])
    await bot.rest.post(BULK, json={"user_ids": [str(user_id) for user_id in reversed(people)]})

    async def page(query: str) -> list[int]:
        return [int(ban["user"]["id"]) for ban in (await bot.rest.get(BANS + query)).json()]

    assert await page("") == people
    assert await page(f"?limit=2&after={people[0]}") == people[1:3]
    assert await page(f"?limit=2&before={people[3]}&after={people[0]}") == people[1:3], "before takes precedence"


async def test_a_bulk_ban_says_who_was_banned_and_who_was_not(bot: FakeBot, play: Play) -> None:
    """The bot's own ID is in neither list: discord-api-docs#6720."""
    await bot.rest.put(f"{BANS}/{CARMEN}")
    ids = [ALICE, STRANGER, CARMEN, OWNER, MANAGER, 1, play.world.bot.id]
    message = play.say("hello", as_=ALICE)
    body = {"user_ids": [str(user_id) for user_id in ids], "delete_message_seconds": 60}
    answer = (await bot.rest.post(BULK, json=body, headers=REASON)).json()
    assert answer["banned_users"] == [str(ALICE), str(STRANGER)]
    assert answer["failed_users"] == [str(CARMEN), str(OWNER), str(MANAGER), "1"]
    assert play.world.guilds[HARBOUR].bans[STRANGER] == "Spamming – again"
    assert message.id not in play.world.channels[GENERAL].messages
    assert len(await audit_log(bot, 22)) == 3


async def test_a_bulk_ban_of_nobody_is_an_error(bot: FakeBot) -> None:
    assert code(await bot.rest.post(BULK, json={"user_ids": [str(OWNER)]})) == (400, 500000)


async def test_a_bulk_ban_has_at_most_200_people_and_each_once(either: FakeBot) -> None:
    for user_ids in ([*range(1, 202)], [BOB, BOB]):
        answer = await either.rest.post(BULK, json={"user_ids": [str(user_id) for user_id in user_ids]})
        assert code(answer) == (400, 50035)
    assert either.play.world.guilds[HARBOUR].bans == {}


async def test_too_many_bans_of_people_who_are_not_members_are_refused(
    bot: FakeBot, play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord limits these for the whole server and not at all for members: discord-api-docs#4048."""
    monkeypatch.setattr("playground.world.bans.MOST_OUTSIDERS", 1)
    guild = play.world.guilds[HARBOUR]
    play.world.leave(guild, BRUNA)
    both = {"user_ids": [str(STRANGER), str(BRUNA)]}
    assert code(await bot.rest.post(BULK, json=both)) == (400, 30035)
    assert (await bot.rest.put(f"{BANS}/{STRANGER}")).status_code == 204
    assert code(await bot.rest.put(f"{BANS}/{BRUNA}")) == (400, 30035)
    assert (await bot.rest.put(f"{BANS}/{MODERATOR}")).status_code == 204
