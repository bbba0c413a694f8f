"""REST: guilds, members, roles and the audit log."""

from __future__ import annotations

import pytest

from discord_api.permissions import Overwrite, Permissions
from playground.client.acting import Play
from playground.world.cast import (
    ALICE,
    BOB,
    BOOSTER,
    BOT_ROLE,
    CAPTAIN,
    CARMEN,
    CREW_ONLY,
    HARBOUR,
    KEEPER,
    SAILOR,
    STRANGER,
    WATCH_ROOM,
)
from playground.world.entities import CommandOverride
from tests.playground.fake_bot import FakeBot


def role_of(user_id: int, role_id: int) -> str:
    return f"/guilds/{HARBOUR}/members/{user_id}/roles/{role_id}"


async def test_a_role_below_the_bots_is_given_and_taken_with_a_reason(bot: FakeBot, play: Play) -> None:
    reason = {"X-Audit-Log-Reason": "Bought%20at%20the%20m%C3%A4rket"}
    assert (await bot.rest.put(role_of(CARMEN, KEEPER), headers=reason)).status_code == 204
    assert KEEPER in play.world.guilds[HARBOUR].members[CARMEN].role_ids
    assert (await bot.rest.delete(role_of(CARMEN, KEEPER))).status_code == 204
    assert KEEPER not in play.world.guilds[HARBOUR].members[CARMEN].role_ids
    log = (await bot.rest.get(f"/guilds/{HARBOUR}/audit-logs?action_type=25")).json()["audit_log_entries"]
    assert [entry["changes"][0]["key"] for entry in log] == ["$remove", "$add"]
    assert log[1]["reason"] == "Bought at the märket"
    assert log[1]["user_id"] == str(play.world.bot.id)


async def test_giving_a_role_twice_changes_and_logs_it_once(bot: FakeBot, play: Play) -> None:
    for _ in range(2):
        assert (await bot.rest.put(role_of(CARMEN, SAILOR))).status_code == 204
    assert play.world.guilds[HARBOUR].members[CARMEN].role_ids == [SAILOR]
    assert len(play.world.guilds[HARBOUR].audit_log) == 1


async def test_a_role_above_the_bots_own_is_refused(bot: FakeBot) -> None:
    answer = await bot.rest.put(role_of(ALICE, CAPTAIN))
    assert (answer.status_code, answer.json()["code"]) == (403, 50013)


@pytest.mark.parametrize("role_id", [BOOSTER, BOT_ROLE, HARBOUR])
async def test_a_managed_role_cannot_be_given(bot: FakeBot, role_id: int) -> None:
    assert (await bot.rest.put(role_of(ALICE, role_id))).json()["code"] == 50028


async def test_without_manage_roles_no_role_can_be_given(bot: FakeBot, play: Play) -> None:
    play.world.guilds[HARBOUR].roles[BOT_ROLE].permissions &= ~Permissions.MANAGE_ROLES
    assert (await bot.rest.put(role_of(ALICE, KEEPER))).json()["code"] == 50013


async def test_each_unknown_object_has_its_own_code(bot: FakeBot) -> None:
    codes = [
        (await bot.rest.get("/guilds/1")).json()["code"],
        (await bot.rest.get(f"/guilds/{HARBOUR}/members/{STRANGER}")).json()["code"],
        (await bot.rest.get("/users/1")).json()["code"],
        (await bot.rest.get(f"/guilds/{HARBOUR}/roles/1")).json()["code"],
    ]
    assert codes == [10004, 10007, 10013, 10011]


async def test_a_stranger_is_a_user_but_not_a_member(bot: FakeBot) -> None:
    assert (await bot.rest.get(f"/users/{STRANGER}")).json()["username"] == "wren"


async def test_members_are_found_by_the_start_of_their_name_or_nickname(bot: FakeBot) -> None:
    members = (await bot.rest.get(f"/guilds/{HARBOUR}/members/search?query=BOB&limit=5")).json()
    assert [member["user"]["id"] for member in members] == [str(BOB)]
    by_nick = (await bot.rest.get(f"/guilds/{HARBOUR}/members/search?query=bru&limit=5")).json()
    assert by_nick[0]["nick"] == "Bru"


async def test_members_are_listed_one_at_a_time_unless_asked(bot: FakeBot, play: Play) -> None:
    assert len((await bot.rest.get(f"/guilds/{HARBOUR}/members")).json()) == 1
    everyone = (await bot.rest.get(f"/guilds/{HARBOUR}/members?limit=1000")).json()
    ids = [int(member["user"]["id"]) for member in everyone]
    assert ids == sorted(play.world.guilds[HARBOUR].members)
    later = (await bot.rest.get(f"/guilds/{HARBOUR}/members?limit=1000&after={ids[3]}")).json()
    assert [int(member["user"]["id"]) for member in later] == ids[4:]


async def test_roles_have_positions_and_member_counts(bot: FakeBot) -> None:
    roles = {role["id"]: role for role in (await bot.rest.get(f"/guilds/{HARBOUR}/roles")).json()}
    assert roles[str(CAPTAIN)]["position"] > roles[str(BOT_ROLE)]["position"] > roles[str(SAILOR)]["position"]
    counts = (await bot.rest.get(f"/guilds/{HARBOUR}/roles/member-counts")).json()
    assert counts[str(SAILOR)] == 2


async def test_the_audit_log_needs_its_permission(bot: FakeBot, play: Play) -> None:
    play.world.guilds[HARBOUR].roles[BOT_ROLE].permissions &= ~Permissions.VIEW_AUDIT_LOG
    assert (await bot.rest.get(f"/guilds/{HARBOUR}/audit-logs")).json()["code"] == 50013


async def test_channels_that_the_bot_cannot_see_are_not_listed(bot: FakeBot, play: Play) -> None:
    watch_room, crew_only = play.world.channels[WATCH_ROOM], play.world.channels[CREW_ONLY]
    for channel in (watch_room, crew_only):
        channel.overwrites = [overwrite for overwrite in channel.overwrites if overwrite.target_id != BOT_ROLE]
    listed = {int(overwrite["id"]) for overwrite in (await bot.rest.get(f"/guilds/{HARBOUR}/channels")).json()}
    assert set(play.world.guilds[HARBOUR].channel_ids) - listed == {WATCH_ROOM, CREW_ONLY}
    watch_room.overwrites.append(Overwrite(BOT_ROLE, allow=Permissions.VIEW_CHANNEL))
    again = {int(overwrite["id"]) for overwrite in (await bot.rest.get(f"/guilds/{HARBOUR}/channels")).json()}
    assert again == set(play.world.guilds[HARBOUR].channel_ids), "a category shows with its first channel"


async def test_command_permissions_are_listed_and_read_one_by_one(bot: FakeBot, play: Play) -> None:
    (ping,) = await bot.register({"name": "ping", "description": "Ping"})
    path = f"/applications/{bot.identity.application_id}/guilds/{HARBOUR}/commands"
    assert (await bot.rest.get(path + "/permissions")).json() == []
    assert (await bot.rest.get(f"{path}/{ping['id']}/permissions")).json()["code"] == 10066
    play.world.guilds[HARBOUR].command_permissions[int(ping["id"])] = [CommandOverride(BOB, 2, allowed=False)]
    (permissions,) = (await bot.rest.get(path + "/permissions")).json()
    assert (permissions["id"], permissions["permissions"]) == (
        ping["id"],
        [{"id": str(BOB), "type": 2, "permission": False}],
    )
    assert (await bot.rest.get(f"{path}/{ping['id']}/permissions")).json() == permissions
