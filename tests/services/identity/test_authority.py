"""Who may do what in a guild follows Discord's own answer, in time, and never the other way round."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from discord_api.permissions import Permissions
from playground.client.acting import Play
from playground.world import cast
from playground.world.cast import CAPTAIN, HARBOUR, MANAGER, OWNER, PRACA, SAILOR, STRANGER
from services import settings
from services.core import foreign_guilds
from services.core.transactions import rows
from services.identity import authority
from services.identity.authority import AuthorityUnknown, Role, role
from services.settings import Source
from tests.services.identity.standing import GUILD, MEMBER, asked, demote, later, played, silence
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("at_once")


async def test_everybody_is_what_discord_says_they_are(play: Play) -> None:
    people = {
        OWNER: Role.OWNER,
        MANAGER: Role.ADMIN,
        cast.MODERATOR: Role.MODERATOR,
        cast.ALICE: Role.MEMBER,
        STRANGER: Role.NOBODY,
    }
    assert {person: await role(HARBOUR, person, fresh=True) for person in people} == people


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (Permissions.ADMINISTRATOR, Role.ADMIN),
        (Permissions.MANAGE_GUILD, Role.ADMIN),
        (Permissions.MODERATE_MEMBERS, Role.MODERATOR),
        (Permissions.KICK_MEMBERS, Role.MODERATOR),
        (Permissions.BAN_MEMBERS, Role.MODERATOR),
        (Permissions.MANAGE_MESSAGES, Role.MODERATOR),
        (Permissions.MANAGE_ROLES | Permissions.MANAGE_CHANNELS | Permissions.VIEW_AUDIT_LOG, Role.MEMBER),
    ],
)
async def test_each_permission_makes_its_role(play: Play, held: Permissions, expected: Role) -> None:
    play.world.guild(HARBOUR).roles[SAILOR].permissions = held
    assert await role(HARBOUR, cast.ALICE, fresh=True) is expected
    assert await role(HARBOUR, cast.CARMEN, fresh=True) is Role.MEMBER  # who does not have that role


async def test_an_admin_who_loses_the_role_loses_writes_at_once_and_reads_with_it(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    demote(play)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.MEMBER
    assert await role(HARBOUR, MANAGER) is Role.MEMBER


async def test_who_leaves_the_guild_is_nobody_there(play: Play) -> None:
    play.world.leave(play.world.guild(HARBOUR), MANAGER)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.NOBODY


@pytest.mark.usefixtures("impatient")
async def test_while_discord_is_down_nobody_writes_and_reads_go_on_for_five_minutes(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with play.faults(server_errors=1.0):
        with pytest.raises(AuthorityUnknown):
            await role(HARBOUR, MANAGER, fresh=True)
        for age in (30, 61, 290):
            with later(age):
                assert await role(HARBOUR, MANAGER) is Role.ADMIN
        with later(301), pytest.raises(AuthorityUnknown):
            await role(HARBOUR, MANAGER)
        with pytest.raises(AuthorityUnknown):
            await role(HARBOUR, cast.ALICE)  # of whom nothing is known
    demote(play)
    with later(61):
        authority._memory((HARBOUR, MANAGER)).spared_until = authority.NEVER  # some seconds pass
        assert await role(HARBOUR, MANAGER) is Role.MEMBER


@pytest.mark.usefixtures("impatient")
async def test_while_discord_is_down_readers_do_not_wait_for_it_each_time(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with play.faults(server_errors=1.0), later(61):
        await role(HARBOUR, MANAGER)
        attempts = asked(play)
        for _ in range(20):
            assert await role(HARBOUR, MANAGER) is Role.ADMIN
        assert asked(play) == attempts


@pytest.mark.usefixtures("impatient")
async def test_while_discord_wants_to_be_left_alone_nobody_writes(play: Play) -> None:
    assert await role(HARBOUR, MANAGER) is Role.ADMIN
    with play.faults(rate_limit=1.0):
        with pytest.raises(AuthorityUnknown):
            await role(HARBOUR, MANAGER, fresh=True)
        assert await role(HARBOUR, MANAGER) is Role.ADMIN


async def test_whoever_is_in_time_out_moderates_nothing(play: Play) -> None:
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": [str(SAILOR)]}, source=Source.API)
    assert await role(HARBOUR, cast.ALICE, fresh=True) is Role.MODERATOR
    for user_id in (cast.ALICE, cast.MODERATOR, MANAGER):
        silence(play, user_id)
        assert await role(HARBOUR, user_id, fresh=True) is Role.MEMBER


async def test_administrators_and_owners_cannot_be_put_in_time_out(play: Play) -> None:
    play.world.guild(HARBOUR).roles[CAPTAIN].permissions = Permissions.ADMINISTRATOR
    for user_id, expected in ((MANAGER, Role.ADMIN), (OWNER, Role.OWNER)):
        silence(play, user_id)
        assert await role(HARBOUR, user_id, fresh=True) is expected


async def test_a_staff_role_makes_moderators_of_members_only_in_its_guild_and_at_once(play: Play) -> None:
    assert await role(HARBOUR, cast.ALICE) is Role.MEMBER
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": [str(SAILOR)]}, source=Source.API)
    assert await role(HARBOUR, cast.ALICE) is Role.MODERATOR
    assert await role(HARBOUR, MANAGER) is Role.ADMIN  # who is more stays more
    assert await role(PRACA, cast.ALICE) is Role.MEMBER
    await settings.save(HARBOUR, OWNER, {"general.staff_role_ids": []}, source=Source.API)
    assert await role(HARBOUR, cast.ALICE) is Role.MEMBER


async def test_one_guilds_admin_is_nothing_in_another(play: Play) -> None:
    assert await role(PRACA, MANAGER, fresh=True) is Role.NOBODY
    assert await role(PRACA, OWNER, fresh=True) is Role.NOBODY


async def test_guilds_that_are_unknown_or_without_the_bot_have_nobody(play: Play) -> None:
    world = play.world
    assert await role(7, OWNER, fresh=True) is Role.NOBODY
    world.leave(world.guild(HARBOUR), world.bot.id)
    assert await role(HARBOUR, OWNER, fresh=True) is Role.NOBODY


async def test_a_guild_that_removed_the_bot_and_adds_it_again_is_served_at_once(play: Play) -> None:
    await role(HARBOUR, OWNER)
    play.world.leave(play.world.guild(HARBOUR), play.world.bot.id)
    for _ in range(10):
        assert await role(HARBOUR, OWNER, fresh=True) is Role.NOBODY
    assert asked(play) == 2  # each refusal counts, so one must do
    play.install(HARBOUR, by=OWNER)

    async def served() -> bool:
        return await role(HARBOUR, OWNER, fresh=True) is Role.OWNER

    await until(served)  # Discord's event is on its way


async def test_a_guild_that_added_the_bot_without_telling_us_is_served_two_minutes_later(play: Play) -> None:
    bot = play.world.guild(HARBOUR).members.pop(play.world.bot.id)
    assert await role(HARBOUR, OWNER) is Role.NOBODY
    play.world.guild(HARBOUR).members[bot.user_id] = bot
    with later(121):
        assert await role(HARBOUR, OWNER) is Role.OWNER


async def test_guessing_guilds_does_not_use_up_the_patience_of_discord(play: Play) -> None:
    for guild_id in range(1, 200):
        assert await role(guild_id, STRANGER, fresh=True) is Role.NOBODY
    assert asked(play) <= foreign_guilds.RISKS_EACH
    for user_id in range(1, 60):
        assert await role(1000 + user_id, user_id) is Role.NOBODY
    assert asked(play) <= foreign_guilds.RISKS
    # Others are served as before in guilds that we have heard of.
    await rows("INSERT INTO guilds (discord_id) VALUES ($1) ON CONFLICT DO NOTHING", HARBOUR)
    assert await role(HARBOUR, MANAGER, fresh=True) is Role.ADMIN


async def test_a_guild_of_which_nobody_told_us_is_found_by_its_first_visitor(play: Play) -> None:
    for _ in range(3):
        assert await role(HARBOUR, MANAGER) is Role.ADMIN
        assert await role(PRACA, cast.MODERATOR) is Role.OWNER
    assert not foreign_guilds._risks


@pytest.mark.parametrize(
    ("guild", "member", "status"),
    [
        ({}, MEMBER, 200),
        ([], MEMBER, 200),
        (GUILD, {}, 200),
        (GUILD, MEMBER | {"user": {}}, 200),
        (GUILD, MEMBER | {"roles": None}, 200),
        (GUILD, MEMBER | {"roles": ["x"]}, 200),
        (GUILD | {"roles": [{"id": "5"}]}, MEMBER, 200),
        (GUILD | {"owner_id": None}, MEMBER, 200),
        (GUILD, MEMBER | {"communication_disabled_until": "soon"}, 200),
        ({"code": 0, "message": "401: Unauthorized"}, {}, 401),
        ({"code": 50013, "message": "Missing Permissions"}, {}, 403),
        ({"code": 0, "message": "blocked"}, {}, 403),
        ({"code": 0, "message": "404: Not Found"}, {}, 404),
    ],
)
@pytest.mark.usefixtures("database")
async def test_an_answer_that_makes_no_sense_allows_nothing(guild: Any, member: Any, status: int) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, json=member if "/members/" in request.url.path else guild)

    async with played(answer):
        with pytest.raises(AuthorityUnknown):
            await role(5, 2, fresh=True)
        with pytest.raises(AuthorityUnknown):
            await role(5, 2)
