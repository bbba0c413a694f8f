"""REST: timeouts, nicknames and roles of members."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from discord_api.permissions import Permissions
from playground.client.acting import Play
from playground.world.cast import (
    ALICE,
    BOB,
    BOOSTER,
    BOT_ROLE,
    CAPTAIN,
    CARMEN,
    HARBOUR,
    KEEPER,
    MANAGER,
    OWNER,
    PRIVATE,
    SAILOR,
    STRANGER,
)
from tests.playground.fake_bot import FakeBot

MEMBERS = f"/guilds/{HARBOUR}/members"
REASON = {"X-Audit-Log-Reason": "Quiet%2C%20please"}


def in_(**time: float) -> str:
    return (datetime.now(UTC) + timedelta(**time)).isoformat()


async def patch(bot: FakeBot, user_id: int, **body: Any) -> httpx.Response:
    return await bot.rest.patch(f"{MEMBERS}/{user_id}", json=body, headers=REASON)


async def entries(bot: FakeBot) -> list[dict[str, Any]]:
    """The audit log, newest first."""
    log: list[dict[str, Any]] = (await bot.rest.get(f"/guilds/{HARBOUR}/audit-logs")).json()["audit_log_entries"]
    return log


async def test_a_timeout_is_set_and_removed_and_logged(bot: FakeBot, play: Play) -> None:
    until = in_(hours=1)
    member = (await patch(bot, BOB, communication_disabled_until=until)).json()
    assert (member["communication_disabled_until"], member["user"]["id"]) == (until, str(BOB))
    assert play.world.timed_out(play.world.guilds[HARBOUR].members[BOB])
    assert (await patch(bot, BOB, communication_disabled_until=None)).json()["communication_disabled_until"] is None
    removed, added = await entries(bot)
    assert (added["action_type"], added["target_id"], added["reason"]) == (24, str(BOB), "Quiet, please")
    assert added["changes"] == [{"key": "communication_disabled_until", "new_value": until}]
    assert removed["changes"] == [{"key": "communication_disabled_until", "old_value": until}]


async def test_a_timeout_leaves_only_seeing_and_reading(bot: FakeBot, play: Play) -> None:
    await patch(bot, BOB, communication_disabled_until=in_(hours=1))
    guild = play.world.guilds[HARBOUR]
    reading = Permissions.VIEW_CHANNEL | Permissions.READ_MESSAGE_HISTORY
    assert play.world.guild_permissions(guild, BOB) == reading


async def test_a_time_in_the_past_is_kept_but_is_no_timeout(bot: FakeBot, play: Play) -> None:
    """A timeout that ran out isn't cleared, and nothing is logged when it does: discord-api-docs#4269."""
    until = in_(seconds=-1)
    assert (await patch(bot, BOB, communication_disabled_until=until)).status_code == 200
    assert (await bot.rest.get(f"{MEMBERS}/{BOB}")).json()["communication_disabled_until"] == until
    assert not play.world.timed_out(play.world.guilds[HARBOUR].members[BOB])


@pytest.mark.parametrize("until", [{"days": 28, "minutes": 1}, None])
async def test_a_timeout_has_at_most_28_days(either: FakeBot, until: dict[str, float] | None) -> None:
    answer = await patch(either, BOB, communication_disabled_until=in_(**until) if until else "soon")
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    assert (await patch(either, BOB, communication_disabled_until=in_(days=28))).status_code == 200


@pytest.mark.parametrize("target", [OWNER, MANAGER, ALICE])
async def test_owners_administrators_and_higher_members_cannot_be_timed_out(
    bot: FakeBot, play: Play, target: int
) -> None:
    play.world.guilds[HARBOUR].roles[SAILOR].permissions |= Permissions.ADMINISTRATOR
    answer = await patch(bot, target, communication_disabled_until=in_(hours=1))
    assert (answer.status_code, answer.json()["code"]) == (403, 50013)


async def test_a_nickname_is_set_reset_and_logged(bot: FakeBot) -> None:
    assert (await patch(bot, BOB, nick="Rope debtor")).json()["nick"] == "Rope debtor"
    assert (await patch(bot, BOB, nick=None)).json()["nick"] is None
    reset, given = await entries(bot)
    assert (given["action_type"], given["changes"]) == (24, [{"key": "nick", "new_value": "Rope debtor"}])
    assert reset["changes"] == [{"key": "nick", "old_value": "Rope debtor"}]


async def test_a_nickname_has_at_most_32_characters(either: FakeBot) -> None:
    answer = await patch(either, BOB, nick="x" * 33)
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    assert answer.json()["errors"]["nick"]["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"


@pytest.mark.parametrize("user_id", [OWNER, MANAGER])
async def test_the_nickname_of_a_higher_member_stays(bot: FakeBot, user_id: int) -> None:
    assert (await patch(bot, user_id, nick="Lowly")).json()["code"] == 50013


async def test_a_list_of_roles_replaces_the_roles(bot: FakeBot, play: Play) -> None:
    assert (await patch(bot, BOB, roles=[str(KEEPER)])).json()["roles"] == [str(KEEPER)]
    (entry,) = await entries(bot)
    assert entry["action_type"] == 25
    assert [(change["key"], change["new_value"][0]["id"]) for change in entry["changes"]] == [
        ("$add", str(KEEPER)),
        ("$remove", str(SAILOR)),
    ]


async def test_roles_that_stay_may_be_above_or_managed(bot: FakeBot) -> None:
    roles = [str(BOOSTER), str(KEEPER)]
    assert (await patch(bot, PRIVATE, roles=roles)).json()["roles"] == roles
    assert (await patch(bot, MANAGER, roles=[str(CAPTAIN), str(SAILOR)])).status_code == 200


@pytest.mark.parametrize(("role_id", "code"), [(CAPTAIN, 50013), (BOOSTER, 50028), (1, 10011)])
async def test_roles_out_of_reach_change_nothing(bot: FakeBot, play: Play, role_id: int, code: int) -> None:
    answer = await patch(bot, BOB, roles=[str(KEEPER), str(role_id)], nick="Bobby")
    assert answer.json()["code"] == code
    member = play.world.guilds[HARBOUR].members[BOB]
    assert (member.role_ids, member.nick) == ([SAILOR], None)


@pytest.mark.parametrize(
    ("permission", "body"),
    [
        (Permissions.MODERATE_MEMBERS, {"communication_disabled_until": None}),
        (Permissions.MANAGE_NICKNAMES, {"nick": "Bobby"}),
        (Permissions.MANAGE_ROLES, {"roles": [str(SAILOR)]}),
    ],
)
async def test_each_field_needs_its_permission(
    bot: FakeBot, play: Play, permission: Permissions, body: dict[str, Any]
) -> None:
    play.world.guilds[HARBOUR].roles[BOT_ROLE].permissions &= ~permission
    assert (await patch(bot, BOB, **body)).json()["code"] == 50013


async def test_what_changes_nothing_is_not_logged(bot: FakeBot) -> None:
    assert (await patch(bot, BOB, nick=None, roles=[str(SAILOR)])).status_code == 200
    assert await entries(bot) == []


async def test_nobody_is_in_a_voice_channel(bot: FakeBot) -> None:
    answer = await patch(bot, BOB, mute=True)
    assert (answer.status_code, answer.json()["code"]) == (400, 40032)


async def test_strangers_are_no_members(bot: FakeBot) -> None:
    assert (await patch(bot, STRANGER, nick="Wren")).json()["code"] == 10007


async def test_the_bot_changes_its_own_nickname(bot: FakeBot, play: Play) -> None:
    assert (await bot.rest.patch(f"{MEMBERS}/@me", json={"nick": "Tati"})).json()["nick"] == "Tati"
    guild = play.world.guilds[HARBOUR]
    assert guild.members[play.world.bot.id].nick == "Tati"
    (entry,) = await entries(bot)
    assert entry["target_id"] == str(play.world.bot.id)
    guild.roles[HARBOUR].permissions &= ~Permissions.CHANGE_NICKNAME
    assert (await bot.rest.patch(f"{MEMBERS}/@me", json={"nick": "Other"})).json()["code"] == 50013
    assert (await patch(bot, CARMEN, nick="Carmencita")).status_code == 200
