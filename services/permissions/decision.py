"""Who may use a command: its own permission, the admins' rules, and which of them applies.

1. Discord comes first: a command it hides from a member, by our default or by the server's own settings
   under Integrations, never reaches us. Our rules can't change that.
2. /permissions, /config, /setup and /doctor depend on the permission Manage Server alone. No rule affects them, so no
   admin is ever locked out and nobody becomes an admin through a rule.
3. Of the rules that match the member and the place, the most specific decides: one for the member before one for the
   channel before one for a role before one for @everyone; among those, one for `bet dice` before one for `bet`; where
   two are equally specific, deny wins. An allow rule replaces the permission that a command requires.
4. If no rule matches, the command's own permission decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple

from discord_api.permissions import Permissions

PROTECTED = frozenset({"permissions", "config", "setup", "doctor"})


class Kind(StrEnum):
    """The kind of target of a rule."""

    ROLE = "role"
    MEMBER = "member"
    CHANNEL = "channel"


class Target(NamedTuple):
    """The role, member or channel of a rule; the guild's own id as a role is @everyone."""

    kind: Kind
    id: int


class Level(IntEnum):
    """How specific a target is."""

    EVERYONE = 0
    ROLE = 1
    CHANNEL = 2
    MEMBER = 3


class Rule(NamedTuple):
    """One rule about a command, or about every command whose name starts with its words."""

    command: str
    target: Target
    allowed: bool
    actor_id: int
    made_at: datetime


class Asker(NamedTuple):
    """The member using a command, their roles and permissions, and the channel (for a thread, also its parent)."""

    guild_id: int
    user_id: int
    role_ids: tuple[int, ...]
    permissions: Permissions
    channel_ids: tuple[int, ...]

    def level(self, target: Target) -> Level | None:
        """How specifically a target matches this asker; None if it does not."""
        match target:
            case Target(Kind.MEMBER, self.user_id):
                return Level.MEMBER
            case Target(Kind.CHANNEL, channel_id) if channel_id in self.channel_ids:
                return Level.CHANNEL
            case Target(Kind.ROLE, self.guild_id):
                return Level.EVERYONE
            case Target(Kind.ROLE, role_id) if role_id in self.role_ids:
                return Level.ROLE
        return None


class Decision(NamedTuple):
    """The decision and its reasons; `rules` are those that match, the deciding one first."""

    allowed: bool
    command: str
    requires: Permissions
    held: bool
    protected: bool
    rules: tuple[Rule, ...] = ()


def decide(command: str, requires: Permissions, asker: Asker, rules: Iterable[Rule]) -> Decision:
    """Decide whether the asker may use a command here."""
    held = asker.permissions.allows(requires)
    if is_protected(command):
        return Decision(held, command, requires, held, protected=True)
    meeting = [rule for rule in rules if covers(rule.command, command) and asker.level(rule.target) is not None]
    if not meeting:
        return Decision(held, command, requires, held, protected=False)
    meeting.sort(key=lambda rule: _weight(rule, asker), reverse=True)
    return Decision(meeting[0].allowed, command, requires, held, False, tuple(meeting))


def is_protected(command: str) -> bool:
    """Whether rules don't apply to this command."""
    return command.partition(" ")[0] in PROTECTED


def covers(words: str, command: str) -> bool:
    """Whether a rule about these words applies to this command."""
    return command == words or command.startswith(f"{words} ")


def _weight(rule: Rule, asker: Asker) -> tuple[int, int, bool]:
    level = asker.level(rule.target)
    assert level is not None, "only rules that meet are weighed"
    return level, rule.command.count(" "), not rule.allowed
