"""What programs can do to members, in the name of who signed in or made the key. Each operation opens a case.

It answers with 201 if the case is settled within two seconds, else with 202 and where to look.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Literal, NamedTuple, TypeVar

from pydantic import Field

from locales import t
from models.moderation import CaseKind, CaseState
from services.core import durations
from services.core.errors import Conflict
from services.core.mentions import mention
from services.moderation import authority, banned, notices, punishments
from services.moderation.authority import Action, Allowed
from services.moderation.case import Order
from web.api.moderation.cases import LONGEST_NOTE, LONGEST_REASON, Case, address, shown
from web.frame.endpoint import Answer, Call, Endpoint, Operation, endpoint
from web.frame.types import Body, IdIn

LONGEST_NICKNAME = 32  # characters
PATIENCE = 2.0  # seconds to wait for a case to be settled

_DELETED = Field(0, ge=0, le=7 * durations.DAY, description="Delete their messages of this many last seconds")
_ENDLESS = Field(
    None, ge=durations.SHORTEST, le=durations.LONGEST, description="Seconds; null for no end", examples=[86_400]
)


class Target(Body):
    """Whom it is about."""

    user_id: IdIn = Field(examples=["1190000000000000001"])


class Change(Target):
    """Something to change about a member, and why."""

    reason: str = Field("", max_length=LONGEST_REASON, examples=["Appealed"])


class Punishment(Target):
    """What a member gets a direct message about."""

    reason: str = Field(
        min_length=1, max_length=LONGEST_REASON, description="The member can read it", examples=["Spam in #general"]
    )
    notify: bool | None = Field(
        None, description="Whether to send the member a direct message; null for what the server's settings say"
    )


class Warn(Punishment):
    """A warning."""

    duration: int | None = _ENDLESS


class Mute(Punishment):
    """A timeout."""

    duration: int = Field(ge=durations.SHORTEST, le=durations.LONGEST, description="Seconds", examples=[600])


class Kick(Punishment):
    """A kick; with messages to delete, it is a ban that is lifted at once."""

    delete_messages: int = _DELETED


class Ban(Punishment):
    """A ban."""

    duration: int | None = _ENDLESS
    delete_messages: int = _DELETED


class Note(Target):
    """A private note."""

    text: str = Field(
        min_length=1, max_length=LONGEST_NOTE, description="Only staff can read it", examples=["Is 16 years old"]
    )


class NewNickname(Change):
    """A nickname."""

    nickname: str | None = Field(max_length=LONGEST_NICKNAME, description="Null removes it", examples=["Captain"])


class RoleChange(Change):
    """A role to give or to remove."""

    role_id: IdIn = Field(examples=["1190000000000000002"])
    change: Literal["give", "remove"] = Field(examples=["give"])
    duration: int | None = _ENDLESS


Wish = TypeVar("Wish", bound=Target)


class Asked(NamedTuple):
    """What Discord said before the transaction."""

    facts: Allowed
    banned: bool = True  # False if there is no ban to lift


def _deed(summary: str, body: type[Wish], order: Callable[[Wish], Order], description: str = "") -> Endpoint:
    """An operation that opens a case by this order and carries it out."""

    async def asks(call: Call, body: Wish) -> Asked:
        return await _check(call, order(body))

    async def carry_out(call: Call, body: Wish, asked: Asked) -> Answer:
        """Open the case; a job carries it out."""
        wish = order(body)
        if isinstance(body, Punishment):
            wish = replace(wish, notify=await notices.wanted(call.guild_id, asked.facts, wish.action, body.notify))
        if asked.banned:
            case = await punishments.order(call.guild_id, call.actor, wish, key=call.key)
        else:
            case = await banned.close(call.guild_id, call.actor, body.user_id)
        status = HTTPStatus.ACCEPTED if case.state is CaseState.PENDING else HTTPStatus.CREATED
        return Answer(shown(case), location=address(case.guild_id, case.number), status=status)

    declared = Operation(
        summary,
        tag="moderation",
        body=body,
        reply=Case,
        status=HTTPStatus.CREATED,
        errors=(409,),
        description=description,
        asks=asks,
        finishes=_settled,
    )
    return endpoint(declared)(carry_out)


async def _check(call: Call, wish: Order) -> Asked:
    facts = await authority.check(
        call.guild_id, call.caller.user_id, Action(wish.action), wish.user_id, role_id=wish.role_id
    )
    if wish.action is CaseKind.UNTIMEOUT and not (facts.target and facts.target.timed_out_until):
        raise Conflict(t("{member} isn't in timeout.", member=mention(wish.user_id or 0)))
    if wish.action is CaseKind.UNBAN and wish.user_id:
        return Asked(facts, await banned.is_banned(call.guild_id, wish.user_id))
    return Asked(facts)


async def _settled(call: Call, begun: Case) -> Case | None:
    found = await punishments.settled(call.guild_id, begun.number, within=PATIENCE)
    return None if found.state is CaseState.PENDING else shown(found)


def _warning(body: Warn) -> Order:
    return Order(action=CaseKind.WARN, user_id=body.user_id, reason=body.reason, duration=body.duration)


def _timeout(body: Mute) -> Order:
    return Order(action=CaseKind.TIMEOUT, user_id=body.user_id, reason=body.reason, duration=body.duration)


def _removal(body: Kick) -> Order:
    kind = CaseKind.SOFTBAN if body.delete_messages else CaseKind.KICK
    details = {"delete_seconds": body.delete_messages}
    return Order(action=kind, user_id=body.user_id, reason=body.reason, details=details)


def _banishment(body: Ban) -> Order:
    details = {"delete_seconds": body.delete_messages}
    return Order(action=CaseKind.BAN, user_id=body.user_id, reason=body.reason, duration=body.duration, details=details)


def _rename(body: NewNickname) -> Order:
    details = {"nick": body.nickname or ""}
    return Order(action=CaseKind.NICK, user_id=body.user_id, reason=body.reason, details=details)


def _role(body: RoleChange) -> Order:
    return Order(
        action=CaseKind.ROLE,
        user_id=body.user_id,
        role_id=body.role_id,
        reason=body.reason,
        duration=body.duration,
        details={"give": body.change == "give"},
    )


warn = _deed("Warn a member", Warn, _warning, "The warning counts for `duration`.")
mute = _deed("Time a member out", Mute, _timeout, "Timeouts of more than 28 days are renewed until they end.")
unmute = _deed(
    "End a timeout",
    Change,
    lambda body: Order(action=CaseKind.UNTIMEOUT, user_id=body.user_id, reason=body.reason),
)
kick = _deed("Kick a member", Kick, _removal)
ban = _deed("Ban a user", Ban, _banishment, "They don't have to be a member. A ban with an end is lifted by itself.")
unban = _deed(
    "Lift a ban",
    Change,
    lambda body: Order(action=CaseKind.UNBAN, user_id=body.user_id, reason=body.reason),
    "If somebody else has removed the ban in Discord already, its case is closed and returned.",
)
note = _deed(
    "Write a note about a user",
    Note,
    lambda body: Order(action=CaseKind.NOTE, user_id=body.user_id, reason=body.text),
    "A case of its own, which only staff can read.",
)
rename = _deed("Change a nickname", NewNickname, _rename)
change_role = _deed("Give or remove a role", RoleChange, _role, "With a `duration`, it is undone at the end.")
