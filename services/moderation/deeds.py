"""For each kind of case: the call in Discord, how to see whether it was done, and how to lift it.

A state is what a deed left in Discord, such as the reason of a ban. It is read right after acting and stored in
the case's `details`; as long as Discord still reports the same, it is this case's to lift.

`details` of an order: `delete_seconds` (ban, softban), `nick` (empty: reset), `give` (role; false removes it).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from discord_api import bans, errors, members
from models.moderation import CaseKind
from services.core import clock
from services.moderation import reasons, timers
from services.moderation.authority import Action
from services.moderation.case import Case

if TYPE_CHECKING:
    from discord_api.client import Discord

State = Mapping[str, Any]
NOTHING: State = {}  # nothing of this kind is in force


class Target(NamedTuple):
    """A case and its member, whose id the case may no longer show."""

    discord: Discord
    case: Case
    user_id: int

    @property
    def member(self) -> tuple[Discord, int, int]:
        """As calls about a member begin."""
        return self.discord, self.case.guild_id, self.user_id


async def _nothing(_target: Target, _reason: str) -> None: ...


async def _no_state(_target: Target) -> State:
    return NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One kind of case in Discord."""

    action: Action  # what the bot must be able to do to lift it
    do: Callable[[Target, str], Awaitable[None]] = _nothing
    read: Callable[[Target], Awaitable[State]] = _no_state
    done: Callable[[Case, State], bool] = lambda _case, _state: False  # whether this case made the state
    lift: Callable[[Target, str], Awaitable[None]] | None = None
    lasts: bool = True  # a case of this kind is in force, or counts, once it is done
    removes_access: bool = False  # afterwards no direct message can be opened


async def _ban(target: Target, reason: str) -> None:
    seconds = int(target.case.details.get("delete_seconds") or 0)
    await bans.add(*target.member, delete_seconds=seconds, reason=reason)


async def _unban(target: Target, reason: str) -> None:
    await bans.remove(*target.member, reason=reason)


async def _read_ban(target: Target) -> State:
    try:
        ban = await bans.get(*target.member)
    except errors.UnknownBan:
        return NOTHING
    # Not the reason itself: it names the moderator, who may be erased while the ban is in force.
    return {"ban_case": reasons.case_number(ban.get("reason") or "") or 0}


def _names_case(case: Case, state: State) -> bool:
    return state.get("ban_case") == case.number


async def _time_out(target: Target, reason: str) -> None:
    await members.time_out(*target.member, timers.timeout_end(target.case), reason=reason)


async def _end_timeout(target: Target, reason: str) -> None:
    await members.time_out(*target.member, None, reason=reason)


async def _read_timeout(target: Target) -> State:
    member = await _member(target)
    until = member and member.get("communication_disabled_until")
    # Discord keeps the end of a timeout that is over.
    return {"timeout_until": until} if until and datetime.fromisoformat(until) > clock.now() else NOTHING


def _ends_as_meant(case: Case, state: State) -> bool:
    return bool(state) and _close(state["timeout_until"], timers.timeout_end(case))


async def _kick(target: Target, reason: str) -> None:
    await members.kick(*target.member, reason=reason)


async def _read_absence(target: Target) -> State:
    return NOTHING if await _member(target) else {"absent": True}


async def _rename(target: Target, reason: str) -> None:
    await members.rename(*target.member, _nick(target.case), reason=reason)


async def _read_nick(target: Target) -> State:
    member = await _member(target)
    return {"nick_set": member.get("nick") or ""} if member else NOTHING


async def _change_role(target: Target, reason: str) -> None:
    await _set_role(target, reason, give=_gives(target.case))


async def _change_role_back(target: Target, reason: str) -> None:
    await _set_role(target, reason, give=not _gives(target.case))


async def _set_role(target: Target, reason: str, *, give: bool) -> None:
    assert target.case.role_id is not None, "a case about a role names it"
    change = members.add_role if give else members.remove_role
    await change(*target.member, target.case.role_id, reason=reason)


async def _read_role(target: Target) -> State:
    member = await _member(target)
    has = member is not None and str(target.case.role_id) in member["roles"]
    return {"role_held": has} if member and has is _gives(target.case) else NOTHING


async def _member(target: Target) -> Mapping[str, Any] | None:
    try:
        return await members.get(*target.member)
    except (errors.UnknownMember, errors.UnknownUser):
        return None


def _nick(case: Case) -> str:
    return str(case.details.get("nick") or "")


def _gives(case: Case) -> bool:
    return bool(case.details.get("give", True))


def _close(one: str, other: datetime) -> bool:
    return abs(datetime.fromisoformat(one) - other) <= timers.SAME


DEEDS: Mapping[CaseKind, Deed] = {
    CaseKind.WARN: Deed(action=Action.WARN),
    CaseKind.TIMEOUT: Deed(
        action=Action.TIMEOUT, do=_time_out, read=_read_timeout, done=_ends_as_meant, lift=_end_timeout
    ),
    CaseKind.UNTIMEOUT: Deed(
        action=Action.UNTIMEOUT,
        do=_end_timeout,
        read=_read_timeout,
        done=lambda _case, state: state == NOTHING,
        lasts=False,
    ),
    CaseKind.KICK: Deed(
        action=Action.KICK,
        do=_kick,
        read=_read_absence,
        done=lambda _case, state: state != NOTHING,
        lasts=False,
        removes_access=True,
    ),
    CaseKind.BAN: Deed(action=Action.BAN, do=_ban, read=_read_ban, done=_names_case, lift=_unban, removes_access=True),
    # A ban that is lifted at once; see `acting`.
    CaseKind.SOFTBAN: Deed(
        action=Action.SOFTBAN, do=_ban, read=_read_ban, done=_names_case, lift=_unban, removes_access=True
    ),
    CaseKind.UNBAN: Deed(
        action=Action.UNBAN,
        do=_unban,
        read=_read_ban,
        done=lambda _case, state: state == NOTHING,
        lasts=False,
    ),
    CaseKind.NICK: Deed(
        action=Action.NICK,
        do=_rename,
        read=_read_nick,
        done=lambda case, state: state == {"nick_set": _nick(case)},
    ),
    CaseKind.ROLE: Deed(
        action=Action.ROLE,
        do=_change_role,
        read=_read_role,
        done=lambda _case, state: state != NOTHING,
        lift=_change_role_back,
    ),
}


def still_ours(case: Case, state: State) -> bool:
    """Whether Discord still reports what this case left, so that it may be lifted."""
    if until := state.get("timeout_until"):
        return "timeout_until" in case.details and _close(until, datetime.fromisoformat(case.details["timeout_until"]))
    if "ban_case" in state:
        # By its number only: a ban without one looks like every other ban that somebody made by hand.
        return state["ban_case"] in {case.number, case.details.get("ban_case")} - {0}
    return all(case.details.get(name) == value for name, value in state.items())


def never_ours(case: Case, state: State) -> bool:
    """Whether an older ban stands where we had to lift our own; Discord keeps its reason, so it is never ours."""
    if case.action is CaseKind.SOFTBAN:
        return state != NOTHING and not _names_case(case, state)
    return case.action is CaseKind.BAN and case.expires_at is not None and state.get("ban_case") == 0
