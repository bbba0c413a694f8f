"""/servers/{id}/cases/new: a form for each kind of case, and a plan that is confirmed exactly as shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import StringConstraints
from starlette.responses import Response

from locales import Text, t
from models.moderation import CaseKind
from services import directory, settings
from services.core import durations, plans
from services.core.durations import DAY, MINUTE, UnclearDuration
from services.core.errors import Conflict, NotFound, UserError
from services.core.plans import NoPlan
from services.moderation import authority, notices, punishments
from services.moderation.actions import Action
from services.moderation.authority import Allowed
from services.moderation.case import Order
from services.moderation.settings import Moderation
from web.frame.forms import Form, SubmittedForm, once, read_form
from web.frame.page import Visit, page, to
from web.pages.economy.plans import refusal
from web.pages.moderation import people
from web.pages.moderation.changes import KeyForm
from web.pages.moderation.people import UnclearPerson
from web.rendering import show as shown

PLAN = "moderation.case"
K = CaseKind


@dataclass(frozen=True, slots=True)
class Takes:
    """What is asked for one kind of case."""

    title: Text
    duration: Text | None = None  # the help of its field
    ends: bool = False  # whether the duration is needed
    reason: bool = False  # whether the reason is needed
    notice: bool = False  # whether the member can be told
    deletes: bool = False  # whether their messages can be deleted


KINDS: Mapping[str, Takes] = {
    K.WARN: Takes(t("Warn"), t("How long it counts, for example 30d. Empty: for good."), reason=True, notice=True),
    K.NOTE: Takes(t("Add a note"), reason=True),
    K.TIMEOUT: Takes(t("Time out"), t("For example 10m, 12h or 7d."), ends=True, notice=True),
    K.UNTIMEOUT: Takes(t("Remove timeout")),
    K.KICK: Takes(t("Kick"), notice=True),
    K.BAN: Takes(t("Ban"), t("For example 12h or 7d. Empty: for good."), notice=True, deletes=True),
    K.UNBAN: Takes(t("Unban")),
}
DELETIONS: Mapping[int, Text] = {
    0: t("none"),
    3600: t("of the last hour"),
    86_400: t("of the last 24 hours"),
    604_800: t("of the last 7 days"),
}


class NoReason(UserError):
    """A reason is needed, and none was typed."""


class CaseForm(Form):
    """The form for a new case."""

    action: Literal["warn", "note", "timeout", "untimeout", "kick", "ban", "unban"]
    member: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    reason: Annotated[str, StringConstraints(max_length=1000)] = ""
    duration: Annotated[str, StringConstraints(max_length=50)] = ""
    delete: Annotated[str, StringConstraints(pattern="^(0|3600|86400|604800)$")] = "0"
    notify: bool = False


@dataclass(frozen=True, slots=True)
class CasePlan:
    """What was shown, and is done exactly so."""

    action: str
    user_id: int
    reason: str
    duration: int | None
    delete: int
    notify: bool

    def order(self) -> Order:
        """The plan as an order."""
        return Order(
            action=CaseKind(self.action),
            user_id=self.user_id,
            reason=self.reason,
            duration=self.duration,
            notify=self.notify,
            details={"delete_seconds": self.delete} if self.delete else {},
        )


@page
async def new(visit: Visit) -> Response:
    """The form for one kind of case, with the member if one was chosen."""
    action = _known(visit.query("action"))
    server = await settings.of(visit.guild_id, Moderation)
    usual = {K.TIMEOUT: server.timeout_minutes * MINUTE, K.WARN: server.warning_days * DAY}.get(CaseKind(action), 0)
    typed = {
        "member": visit.query("member")[:100],
        "duration": durations.typed(usual),
        "notify": "true" if server.notifies(CaseKind(action)) else "",
    }
    return await _form(visit, action, SubmittedForm(None, {}, typed))


@page
async def plan(visit: Visit) -> Response:
    """Plan a case, and redirect to the plan."""
    filled = await read_form(visit, CaseForm)
    form = filled.form
    if form is None:
        return await _form(visit, _known(filled.typed.get("action")), filled)
    try:
        made = await _plan(visit, form)
        made = await _settled(visit, made)
    except UserError as refused:
        return await _form(visit, form.action, _wrong(filled, refused), refused)
    plan_id = await plans.keep(visit.guild_id, visit.user_id, PLAN, asdict(made))
    return to(visit, f"/servers/{visit.guild_id}/cases/plans/{plan_id}")


@page
async def planned(visit: Visit) -> Response:
    """The plan, until confirmed or 15 minutes old."""
    plan_id = visit.path("plan_id")
    try:
        made = CasePlan(**await plans.look(visit.guild_id, plan_id, visit.user_id, PLAN))
    except NoPlan as gone:
        return refusal(visit, NotFound(gone.text), "cases/new")
    return shown(
        visit,
        "moderation/plan.html",
        plan_id=plan_id,
        plan=made,
        title=KINDS[made.action].title,
        facts=list(_facts(made)),
        face=(await directory.people_of([made.user_id])).get(made.user_id),
    )


@page
async def create(visit: Visit) -> Response:
    """Do exactly what was shown; whether they may is checked again."""
    plan_id = visit.path("plan_id")
    form = (await read_form(visit, KeyForm)).form
    if form is None:
        return refusal(visit, Conflict(t("This form is incomplete. Please reload the page.")), "cases/new")

    async def effect(key: str) -> str:
        made = CasePlan(**await plans.take(visit.guild_id, plan_id, visit.user_id, PLAN))
        case = await punishments.order(visit.guild_id, visit.actor, made.order(), key=key)
        return f"/servers/{visit.guild_id}/cases/{case.number}?done=opened"

    try:
        await _recheck(visit, plan_id)
        return await once(visit, form.key, "case.create", effect)
    except UserError as refused:
        return refusal(visit, refused, "cases/new")


def _known(action: object) -> str:
    return action if isinstance(action, str) and action in KINDS else K.WARN


async def _plan(visit: Visit, form: CaseForm) -> CasePlan:
    takes, duration = KINDS[form.action], None
    if takes.reason and not form.reason:
        raise NoReason(t("Please fill in this field."))
    if takes.ends:
        duration = durations.limited(form.duration)
    elif takes.duration and form.duration:
        duration = durations.parse(form.duration)
    return CasePlan(
        form.action,
        await people.read(visit.guild_id, form.member),
        form.reason,
        duration,
        int(form.delete) if takes.deletes else 0,
        form.notify and takes.notice,
    )


async def _recheck(visit: Visit, plan_id: int) -> None:
    """Check before the transaction begins; a plan that is gone may be one that this very form used up."""
    try:
        made = CasePlan(**await plans.look(visit.guild_id, plan_id, visit.user_id, PLAN))
    except NoPlan:
        return
    await _check(visit, made)


async def _settled(visit: Visit, made: CasePlan) -> CasePlan:
    """The plan, once they may do it; someone who isn't a member gets no message."""
    facts = await _check(visit, made)
    notified = await notices.wanted(visit.guild_id, facts, CaseKind(made.action), made.notify)
    return replace(made, notify=notified)


async def _check(visit: Visit, made: CasePlan) -> Allowed:
    return await authority.check(visit.guild_id, visit.user_id, Action(made.action), made.user_id)


async def _form(visit: Visit, action: str, filled: SubmittedForm[Any], refused: UserError | None = None) -> Response:
    member = str(filled.typed.get("member", ""))
    place = f"/servers/{visit.guild_id}/cases/new"
    person = people.typed_id(member) or 0
    return shown(
        visit,
        "moderation/new.html",
        status_code=filled.status(refused),
        action=action,
        takes=KINDS[action],
        ways=[
            (f"{place}?{urlencode({'action': kind, 'member': member})}", takes.title, kind == action)
            for kind, takes in KINDS.items()
        ],
        deletions=DELETIONS,
        typed=filled.typed,
        errors=filled.errors,
        face=(await directory.people_of([person])).get(person),
    )


def _wrong(filled: SubmittedForm[Any], refused: UserError) -> SubmittedForm[Any]:
    """The form with the refusal beside its field, or above the form."""
    field = {UnclearPerson: "member", UnclearDuration: "duration", NoReason: "reason"}.get(type(refused), "")
    return SubmittedForm(None, {field: refused.text}, filled.typed)


def _facts(made: CasePlan) -> Iterator[tuple[Text, Text | str]]:
    """What else the plan says."""
    takes = KINDS[made.action]
    if takes.duration:
        yield t("Duration"), durations.words(made.duration) if made.duration else t("no end")
    if made.reason:
        yield (t("Note") if made.action == K.NOTE else t("Reason")), made.reason
    if takes.deletes:
        yield t("Messages to delete"), DELETIONS[made.delete]
    if takes.notice:
        yield t("Direct message"), t("yes") if made.notify else t("no")
