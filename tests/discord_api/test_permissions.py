"""Permission arithmetic, by the examples that people get wrong."""

from __future__ import annotations

import pytest

from discord_api.permissions import Overwrite, Permissions, in_channel, in_guild, rank

GUILD, MEMBER, CREW, WATCH = 100, 7, 201, 202
BASIC = Permissions.VIEW_CHANNEL | Permissions.SEND_MESSAGES | Permissions.EMBED_LINKS
HISTORY = Permissions.READ_MESSAGE_HISTORY


def seen_by(
    held: Permissions, *overwrites: Overwrite, roles: tuple[int, ...] = (), timed_out: bool = False
) -> Permissions:
    return in_channel(held, overwrites, guild_id=GUILD, member_id=MEMBER, role_ids=roles, timed_out=timed_out)


@pytest.mark.parametrize(
    ("permission", "bit"),
    [("ADMINISTRATOR", 3), ("MANAGE_GUILD", 5), ("MANAGE_ROLES", 28), ("MODERATE_MEMBERS", 40), ("PIN_MESSAGES", 51)],
)
def test_a_permission_has_discords_bit(permission: str, bit: int) -> None:
    assert Permissions[permission] == 1 << bit


def test_a_bit_that_discord_adds_later_survives() -> None:
    assert int(Permissions((1 << 60) | 1024)) == (1 << 60) | 1024


def test_the_unused_bit_47_belongs_to_nobody() -> None:
    assert not Permissions.every() & (1 << 47)


def test_roles_add_up() -> None:
    assert in_guild([BASIC, Permissions.MANAGE_ROLES]) == BASIC | Permissions.MANAGE_ROLES


def test_an_owner_without_roles_may_do_everything() -> None:
    assert in_guild([], owner=True) == Permissions.every()


def test_an_administrator_is_stopped_by_no_overwrite() -> None:
    held = in_guild([Permissions.ADMINISTRATOR])
    assert seen_by(held, Overwrite(GUILD, deny=Permissions.VIEW_CHANNEL)) == Permissions.every()


def test_a_hidden_channel_leaves_nothing() -> None:
    assert seen_by(BASIC, Overwrite(GUILD, deny=Permissions.VIEW_CHANNEL)) == Permissions.none()


def test_one_roles_allow_beats_another_roles_deny() -> None:
    overwrites = Overwrite(CREW, allow=HISTORY), Overwrite(WATCH, deny=HISTORY)
    assert seen_by(BASIC, *overwrites, roles=(CREW, WATCH)) & HISTORY
    assert seen_by(BASIC, *reversed(overwrites), roles=(CREW, WATCH)) & HISTORY


def test_a_members_own_overwrite_beats_their_roles() -> None:
    overwrites = Overwrite(MEMBER, deny=Permissions.SEND_MESSAGES), Overwrite(CREW, allow=Permissions.SEND_MESSAGES)
    assert not seen_by(BASIC, *overwrites, roles=(CREW,)) & Permissions.SEND_MESSAGES


def test_an_overwrite_for_a_role_one_lacks_changes_nothing() -> None:
    assert seen_by(BASIC, Overwrite(CREW, deny=Permissions.VIEW_CHANNEL)) == BASIC


def test_who_cannot_send_cannot_embed() -> None:
    assert seen_by(BASIC, Overwrite(GUILD, deny=Permissions.SEND_MESSAGES)) == Permissions.VIEW_CHANNEL


def test_a_timed_out_member_may_only_read() -> None:
    everything = BASIC | HISTORY | Permissions.MANAGE_MESSAGES
    assert seen_by(everything, timed_out=True) == Permissions.VIEW_CHANNEL | HISTORY
    assert in_guild([everything], timed_out=True) == Permissions.VIEW_CHANNEL | HISTORY


def test_a_timeout_does_not_hold_an_administrator() -> None:
    assert in_guild([Permissions.ADMINISTRATOR], timed_out=True) == Permissions.every()


def test_administrators_are_allowed_what_they_were_not_given_by_name() -> None:
    assert Permissions.ADMINISTRATOR.allows(Permissions.MANAGE_GUILD)
    assert not BASIC.allows(BASIC | Permissions.MANAGE_GUILD)


def test_of_two_roles_at_one_position_the_older_stands_higher() -> None:
    assert rank(3, 200) > rank(3, 300) > rank(2, 100)
