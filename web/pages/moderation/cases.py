"""/servers/{id}/cases: the cases of a server, filtered, and one case with its timeline and forms."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from locales import Text, t
from models.moderation import CaseKind, CaseState
from services import directory
from services.core import durations
from services.core.errors import UserError
from services.moderation import case_list, case_rights, cases, evidence, failures, timeline
from services.moderation.case import WITH_END, Case
from services.moderation.case_list import CaseFilter
from web.frame.forms import EMPTY, SubmittedForm
from web.frame.page import Visit, page
from web.pages.moderation.people import UnclearPerson, read
from web.rendering import show as shown

SIZE = 50  # cases per page

_DONE: Mapping[str, Text] = {
    "opened": t("The case is open."),
    "reason": t("Saved."),
    "duration": t("Saved."),
    "note": t("Note added."),
    "voided": t("Voided. The case no longer counts."),
    "reopened": t("Reopened. The case counts again."),
}


@dataclass(frozen=True, slots=True)
class CaseWish:
    """The filter in the address, as it was typed."""

    member: str
    moderator: str
    kind: str
    state: str
    text: str
    errors: Mapping[str, Text] = field(default_factory=dict)

    @property
    def narrowed(self) -> bool:
        return any((self.member, self.moderator, self.kind, self.state, self.text))

    def at(self, place: str, before: int | None = None) -> str:
        """The address of this list, from its start or after a case."""
        query = {
            "member": self.member,
            "moderator": self.moderator,
            "type": self.kind,
            "state": self.state,
            "text": self.text,
            "before": before or "",
        }
        return f"{place}?{urlencode({name: value for name, value in query.items() if value})}"


@page
async def index(visit: Visit) -> Response:
    """Cases, newest first."""
    wish, chosen = await _wish(visit)
    before = visit.number("before")
    place = f"/servers/{visit.guild_id}/cases"
    found = [] if wish.errors else await case_list.page(visit.guild_id, chosen, before=before, limit=SIZE + 1)
    listed = found[:SIZE]
    return shown(
        visit,
        "moderation/cases.html",
        cases=listed,
        wish=wish,
        faces=await directory.people_of(_people(listed)),
        older=wish.at(place, listed[-1].number) if len(found) > SIZE else None,
        first=wish.at(place) if before else None,
    )


@page
async def show(visit: Visit) -> Response:
    """One case."""
    return await case_page(visit, visit.path("number"))


async def case_page(
    visit: Visit,
    number: int,
    *,
    form: str = "",
    filled: SubmittedForm[Any] = EMPTY,
    refused: UserError | None = None,
) -> Response:
    """A case's page; `form` names a submitted form that was refused, if any.

    What private notes and evidence need is checked anew: here, whoever may delete messages is a moderator, too.
    """
    await case_rights.check_reader(visit.guild_id, visit.user_id, command="case view")
    case = await cases.get(visit.guild_id, number)
    events, files = await asyncio.gather(timeline.of(visit.guild_id, number), evidence.of(visit.guild_id, number))
    people = [*_people([case]), *(event.actor_id for event in events), *(file.added_by for file in files)]
    places = await directory.places(visit.guild_id) if case.role_id else None
    return shown(
        visit,
        "moderation/case.html",
        status_code=filled.status(refused),
        case=case,
        events=events,
        files=files,
        role_name=places.roles.get(case.role_id or 0, str(case.role_id)) if places else None,
        faces=await directory.people_of(people),
        duration_words=durations.words,
        lasting=case.state is CaseState.ACTIVE and case.action in WITH_END,
        form=form,
        filled=filled,
        error=refused.text if refused else None,
        failure=failures.why(case),
        done=_DONE.get(visit.query("done")),
    )


def _people(listed: Sequence[Case]) -> set[int]:
    return {person for case in listed for person in (case.user_id, case.moderator_id, case.behalf_of_id) if person}


async def _wish(visit: Visit) -> tuple[CaseWish, CaseFilter]:
    """The filter in the address; people are typed as ids or as the start of a name."""
    member, moderator, kind, state, text = (
        visit.query(name)[:100] for name in ("member", "moderator", "type", "state", "text")
    )
    wish = CaseWish(member, moderator, kind, state, text)
    people: dict[str, int | None] = {"member": None, "moderator": None}
    errors: dict[str, Text] = {}
    for name in people:
        try:
            people[name] = await read(visit.guild_id, typed) if (typed := getattr(wish, name)) else None
        except UnclearPerson as unclear:
            errors[name] = unclear.text
    chosen = CaseFilter(
        member_id=people["member"],
        moderator_id=people["moderator"],
        action=CaseKind(wish.kind) if wish.kind in set(CaseKind) else None,
        state=CaseState(wish.state) if wish.state in set(CaseState) else None,
        text=wish.text,
    )
    return replace(wish, errors=errors), chosen
