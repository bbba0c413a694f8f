"""The cases of a server: lists, single cases with their timelines, and changes to them."""

from __future__ import annotations

from pydantic import Field

from locales import SOURCE, render
from models.moderation import CaseKind, CaseState
from services.core import durations
from services.moderation import case, case_list, case_rights, cases, evidence, notes, punishments, timeline
from services.moderation.case_list import CaseFilter
from services.moderation.evidence import Evidence
from services.moderation.timeline import TimelineEvent
from web.api.analytics.figures import MomentIn
from web.api.moderation.cases import LONGEST_NOTE, LONGEST_REASON, Case, fields_of, people, shown
from web.discord_markup import unmarked
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Body, Id, Moment, Number, Page, Reply

_ID = "^[1-9][0-9]{0,17}$"


class LogPage(Page):
    """A page of the cases."""

    after: str | None = Field(None, pattern=_ID, description="`next` of the previous page")
    user_id: str | None = Field(None, pattern=_ID, description="Only cases of this member")
    moderator_id: str | None = Field(None, pattern=_ID, description="Only cases by this moderator")
    action: CaseKind | None = Field(None, description="Only cases of this type")
    state: CaseState | None = Field(None, description="Only cases in this state")
    since: MomentIn | None = Field(None, description="Only cases opened at or after this time")
    text: str = Field("", max_length=200, description="Only cases whose reason has words beginning like these")


class Cases(Reply):
    """A page of cases, newest first."""

    cases: list[Case]
    next: str | None = Field(description="Pass it as `after` for older cases; null on the last page")


class CaseEvent(Reply):
    """Something that happened to a case."""

    change: str = Field(examples=["opened"])
    actor_id: Id | None = Field(description="Who did it; null for Tatiana herself and for deleted users")
    summary: str = Field(description="What changed, in words; empty if the change says it all")
    note: str = Field(description="A private note")
    at: Moment


class EvidenceFile(Reply):
    """A file that was added to a case."""

    id: Number
    filename: str | None = Field(description="Null once the member was deleted")
    content_type: str
    size: int = Field(description="Bytes")
    sha256: str | None = Field(description="Null once the member was deleted")
    channel_id: Id | None = Field(description="Channel of the copy; null if there is none")
    message_id: Id | None = Field(description="Message of the copy")
    added_by: Id | None


class CaseDetails(Case):
    """A case with what happened to it and its files."""

    events: list[CaseEvent] = Field(description="Oldest first; of very many, the newest")
    evidence: list[EvidenceFile]


class ChangedCase(Body):
    """What to change; what is left out stays."""

    reason: str | None = Field(None, min_length=1, max_length=LONGEST_REASON, examples=["Spam in #general, twice"])
    duration: int | None = Field(
        None,
        ge=durations.SHORTEST,
        le=durations.LONGEST,
        description="Seconds, counted from when it was opened; null for no end",
        examples=[None],
    )


class NewNote(Body):
    """A private note in a case."""

    text: str = Field(
        min_length=1, max_length=LONGEST_NOTE, description="Only staff can read it", examples=["Apologized"]
    )


class Void(Body):
    """Why a case doesn't count."""

    reason: str = Field("", max_length=1000, examples=["Mistaken for someone else"])


@endpoint(Operation("List cases", tag="moderation", query=LogPage, reply=Cases))
async def index(call: Call, query: LogPage) -> Cases:
    """Every case, newest first."""
    wanted = CaseFilter(
        member_id=int(query.user_id) if query.user_id else None,
        moderator_id=int(query.moderator_id) if query.moderator_id else None,
        action=query.action,
        state=query.state,
        since=query.since,
        text=query.text,
    )
    before = int(query.after) if query.after else None
    found = await case_list.page(call.guild_id, wanted, before=before, limit=query.limit + 1)
    page = found[: query.limit]
    return Cases(cases=[shown(one) for one in page], next=str(page[-1].number) if len(found) > query.limit else None)


async def _may_read(call: Call) -> None:
    """Check anew what private notes and evidence need: here, whoever may delete messages is a moderator, too."""
    await case_rights.check_reader(call.guild_id, call.caller.user_id, command="case view")


@endpoint(Operation("Get a case", tag="moderation", reply=CaseDetails, asks=_may_read))
async def show(call: Call, case: int) -> CaseDetails:
    """One case with its timeline, private notes and files."""
    return await _details(await cases.get(call.guild_id, case))


async def _may_change(call: Call, body: Body | None = None) -> None:
    found = await cases.get(call.guild_id, call.request.path_params["case"])
    moves_end = isinstance(body, ChangedCase) and "duration" in body.model_fields_set
    check = case_rights.check_new_end if moves_end else case_rights.check_editor
    await check(found, call.caller.user_id)


@endpoint(
    Operation(
        "Update a case",
        tag="moderation",
        body=ChangedCase,
        reply=Case,
        errors=(409,),
        asks=_may_change,
        description="Its own moderator, or anyone with Manage Server. A new end moves the timer, too; "
        "it needs the right to the punishment itself.",
    )
)
async def change(call: Call, body: ChangedCase, case: int) -> Case:
    """Reason and end."""
    found = await cases.get(call.guild_id, case)
    if body.reason is not None:
        found = await cases.edit_reason(call.guild_id, call.actor, case, body.reason)
    if "duration" in body.model_fields_set:
        found = await punishments.change_duration(call.guild_id, call.actor, case, body.duration)
    return shown(found)


@endpoint(
    Operation(
        "Add a note to a case",
        tag="moderation",
        body=NewNote,
        reply=CaseDetails,
        status=201,
        errors=(409,),
        asks=_may_change,
    )
)
async def add_note(call: Call, body: NewNote, case: int) -> CaseDetails:
    """A private note, which can't be changed later."""
    return await _details(await notes.add(call.guild_id, call.actor, case, body.text))


@endpoint(
    Operation(
        "Void a case",
        tag="moderation",
        body=Void,
        reply=Case,
        errors=(409,),
        asks=_may_change,
        description="It no longer counts and stays in the list, and so does what it did in Discord.",
    )
)
async def void(call: Call, body: Void, case: int) -> Case:
    """Let it count no longer."""
    return shown(await cases.void(call.guild_id, call.actor, case, body.reason))


@endpoint(Operation("Reopen a voided case", tag="moderation", reply=Case, errors=(409,), asks=_may_change))
async def reopen(call: Call, case: int) -> Case:
    """Let it count again."""
    return shown(await cases.reopen(call.guild_id, call.actor, case))


async def _details(found: case.Case) -> CaseDetails:
    events = await timeline.of(found.guild_id, found.number)
    files = await evidence.of(found.guild_id, found.number)
    return CaseDetails(
        **fields_of(found), events=[_event(event) for event in events], evidence=[_file(file) for file in files]
    )


def _event(event: TimelineEvent) -> CaseEvent:
    return CaseEvent(
        change=event.kind,
        actor_id=people(event.actor_id),
        summary=unmarked(render(event.said, SOURCE)),
        note=event.note,
        at=event.at,
    )


def _file(file: Evidence) -> EvidenceFile:
    fields = {name: getattr(file, name) for name in EvidenceFile.model_fields}
    digest = file.sha256.hex() if file.sha256 else None
    return EvidenceFile(**fields | {"sha256": digest, "added_by": people(file.added_by)})
