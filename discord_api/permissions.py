"""Discord's permission bits, effective permissions in a channel, and the order of roles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import IntFlag
from typing import Self


class Permissions(IntFlag):
    """A set of permissions under Discord's own names; unknown bits are kept, because Discord adds new ones."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    VIEW_GUILD_INSIGHTS = 1 << 19
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 1 << 41
    USE_SOUNDBOARD = 1 << 42
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SET_VOICE_CHANNEL_STATUS = 1 << 48
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52

    @classmethod
    def none(cls) -> Self:
        return cls(0)

    @classmethod
    def every(cls) -> Self:
        """All named permissions, as held by owners and administrators."""
        return cls(sum(cls))

    def allows(self, needed: Permissions) -> bool:
        """Whether all needed permissions are held; administrators hold every one."""
        return bool(self & Permissions.ADMINISTRATOR) or self & needed == needed


_NOTHING = Permissions(0)
_NEEDS_SENDING = (
    Permissions.MENTION_EVERYONE | Permissions.SEND_TTS_MESSAGES | Permissions.ATTACH_FILES | Permissions.EMBED_LINKS
)
_LEFT_IN_TIMEOUT = Permissions.VIEW_CHANNEL | Permissions.READ_MESSAGE_HISTORY


@dataclass(frozen=True, slots=True)
class Overwrite:
    """A channel's overwrite for one role or member; @everyone has the guild's id."""

    target_id: int
    allow: Permissions = _NOTHING
    deny: Permissions = _NOTHING

    def applied_to(self, held: Permissions) -> Permissions:
        return held & ~self.deny | self.allow


def in_guild(roles: Iterable[Permissions], *, owner: bool = False, timed_out: bool = False) -> Permissions:
    """A member's guild-wide permissions, given those of @everyone and of their roles."""
    if owner:
        return Permissions.every()
    held = _NOTHING
    for granted in roles:
        held |= granted
    if held & Permissions.ADMINISTRATOR:
        return Permissions.every()
    return held & _LEFT_IN_TIMEOUT if timed_out else held


def in_channel(
    held: Permissions,
    overwrites: Collection[Overwrite],
    *,
    guild_id: int,
    member_id: int,
    role_ids: Collection[int],
    timed_out: bool = False,
) -> Permissions:
    """A member's permissions in one channel, given the result of `in_guild`.

    For a timed-out member, `in_guild` hides bits that no overwrite would restore, so pass
    the untimed-out result and `timed_out` here.
    """
    if held & Permissions.ADMINISTRATOR:
        return Permissions.every()
    # @everyone first, then all roles at once (an allow beats another role's deny), then the member.
    steps = [Overwrite(guild_id), Overwrite(0), Overwrite(member_id)]
    for overwrite in overwrites:
        if overwrite.target_id == guild_id:
            steps[0] = overwrite
        elif overwrite.target_id in role_ids:
            steps[1] = Overwrite(0, steps[1].allow | overwrite.allow, steps[1].deny | overwrite.deny)
        elif overwrite.target_id == member_id:
            steps[2] = overwrite
    for step in steps:
        held = step.applied_to(held)
    if not held & Permissions.VIEW_CHANNEL:
        return _NOTHING
    if not held & Permissions.SEND_MESSAGES:
        held &= ~_NEEDS_SENDING
    return held & _LEFT_IN_TIMEOUT if timed_out else held


def rank(position: int, role_id: int) -> tuple[int, int]:
    """A role's sort key: of two roles at one position, the older one is higher."""
    return position, -role_id
