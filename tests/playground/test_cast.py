"""The people, servers and channels, and everyone's permissions."""

from __future__ import annotations

import pytest

from discord_api.permissions import Permissions
from playground.world import cast
from playground.world.cast import (
    ALICE,
    BOT_ROLE,
    CAPTAIN,
    GENERAL,
    HARBOUR,
    MANAGER,
    MODERATOR,
    NOTICES,
    OWNER,
    SAILOR,
    STRANGER,
    WATCH_ROOM,
    build,
)
from playground.world.clock import Clock
from playground.world.world import World, rank_of


@pytest.fixture
def world() -> World:
    return build(1574463049049711604, Clock())


def test_the_crews_channel_is_visible_only_to_the_crew(world: World) -> None:
    room = world.channels[WATCH_ROOM]
    assert not world.sees(ALICE, room)
    assert all(world.sees(user_id, room) for user_id in (OWNER, MANAGER, cast.MATE, MODERATOR, world.bot.id))


def test_a_stranger_sees_no_channel_of_any_server(world: World) -> None:
    assert not any(world.sees(STRANGER, channel) for channel in world.channels.values())
    assert list(world.guilds_of(STRANGER)) == []


def test_the_bot_can_read_the_notices_but_not_write_there(world: World) -> None:
    held = world.channel_permissions(world.channels[NOTICES], world.bot.id)
    assert held & Permissions.VIEW_CHANNEL
    assert not held & Permissions.SEND_MESSAGES


def test_one_role_stands_above_the_bots_and_others_below(world: World) -> None:
    roles = world.guilds[HARBOUR].roles
    assert rank_of(roles[SAILOR]) < rank_of(roles[BOT_ROLE]) < rank_of(roles[CAPTAIN])
    assert world.top_rank(world.guilds[HARBOUR], world.bot.id) == rank_of(roles[BOT_ROLE])


def test_the_manager_manages_and_the_moderator_does_not(world: World) -> None:
    guild = world.guilds[HARBOUR]
    assert world.guild_permissions(guild, MANAGER).allows(Permissions.MANAGE_GUILD)
    assert not world.guild_permissions(guild, MODERATOR).allows(Permissions.MANAGE_GUILD)
    assert world.guild_permissions(guild, OWNER) == Permissions.every()


def test_one_moderator_stands_above_another_and_an_administrator_below_the_bot(world: World) -> None:
    guild = world.guilds[HARBOUR]
    ranks = [world.top_rank(guild, user_id) for user_id in (MODERATOR, cast.MATE, cast.ADMINISTRATOR, world.bot.id)]
    assert ranks == sorted(set(ranks))
    assert world.guild_permissions(guild, cast.ADMINISTRATOR) == Permissions.every()


def test_people_use_three_languages(world: World) -> None:
    ordinary = (ALICE, cast.BOB, cast.BRUNA, cast.CARMEN)
    assert {world.users[user_id].locale for user_id in ordinary} == {"en-US", "pt-BR", "es-ES"}


def test_ids_are_unique(world: World) -> None:
    ids = [*world.users, *world.channels, *(role_id for guild in world.guilds.values() for role_id in guild.roles)]
    dms = [world.dm_with(user_id).id for user_id in world.users]
    assert len(set(ids + dms)) == len(ids + dms)


def test_ids_increase_even_within_a_millisecond(world: World) -> None:
    ids = [world.new_id() for _ in range(1000)]
    assert ids == sorted(set(ids))


def test_everyone_sees_the_same_general_channel(world: World) -> None:
    assert all(world.sees(user_id, world.channels[GENERAL]) for user_id in world.guilds[HARBOUR].members)
