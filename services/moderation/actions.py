"""What a moderator can do, and what each action requires of those who take part in it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from operator import or_

from discord_api.permissions import Permissions

P = Permissions


class Action(StrEnum):
    """What a moderator can do."""

    NOTE = "note"
    WARN = "warn"
    TIMEOUT = "timeout"
    UNTIMEOUT = "untimeout"
    KICK = "kick"
    SOFTBAN = "softban"
    BAN = "ban"
    UNBAN = "unban"
    ROLE = "role"
    NICK = "nick"
    VIEW_CASES = "view_cases"
    CHANGE_OWN_CASE = "change_own_case"
    CHANGE_OTHERS_CASE = "change_others_case"


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What an action requires of those who take part in it."""

    command: str  # whose rules apply, unless the caller names a subcommand
    requires: Permissions  # of the actor
    bot: Permissions = P(0)
    rules_suffice: bool = True  # whether an allow rule replaces the permission
    ranked: bool = True  # whether the actor must rank above the target
    bot_ranked: bool = True  # whether the bot must, if it needs a permission
    on_self: bool = False
    on_absent: bool = False  # whether it works on someone who isn't a member


NEEDS = {
    Action.NOTE: Need(command="note", requires=P.MODERATE_MEMBERS, on_self=True, on_absent=True),
    Action.WARN: Need(command="warn", requires=P.MODERATE_MEMBERS, on_absent=True),
    Action.TIMEOUT: Need(command="timeout", requires=P.MODERATE_MEMBERS, bot=P.MODERATE_MEMBERS),
    Action.UNTIMEOUT: Need(command="untimeout", requires=P.MODERATE_MEMBERS, bot=P.MODERATE_MEMBERS),
    Action.KICK: Need(command="kick", requires=P.KICK_MEMBERS, bot=P.KICK_MEMBERS),
    Action.SOFTBAN: Need(command="kick", requires=P.BAN_MEMBERS, bot=P.BAN_MEMBERS),
    Action.BAN: Need(command="ban", requires=P.BAN_MEMBERS, bot=P.BAN_MEMBERS, on_absent=True),
    Action.UNBAN: Need(command="unban", requires=P.BAN_MEMBERS, bot=P.BAN_MEMBERS, on_absent=True),
    # For roles, Discord compares the bot with the role, not with the member.
    Action.ROLE: Need(command="role", requires=P.MANAGE_ROLES, bot=P.MANAGE_ROLES, bot_ranked=False),
    Action.NICK: Need(command="nick", requires=P.MANAGE_NICKNAMES, bot=P.MANAGE_NICKNAMES),
    Action.VIEW_CASES: Need(
        command="case view", requires=P.MODERATE_MEMBERS, ranked=False, on_self=True, on_absent=True
    ),
    # The only case against oneself that is one's own is a note.
    Action.CHANGE_OWN_CASE: Need(
        command="case edit", requires=P.MODERATE_MEMBERS, ranked=False, on_self=True, on_absent=True
    ),
    # A rule that lets helpers use `/case` is no reason for them to rewrite the cases of others.
    Action.CHANGE_OTHERS_CASE: Need(
        command="case edit", requires=P.MANAGE_GUILD, rules_suffice=False, ranked=False, on_absent=True
    ),
}

BOT_NEEDS = reduce(or_, (need.bot for need in NEEDS.values()))  # for every action
