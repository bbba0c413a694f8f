"""What was changed in a server's settings, and how to take it back; documents of settings, planned and applied."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from locales import SOURCE, render, t
from services.settings import documents, history, modules, reverting
from services.settings.history import ChangeSet as Made
from services.settings.history import ValueChange
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Body, Id, IdIn, Moment, Page, Reply


class ChangePage(Page):
    """Which part of the history."""

    after: str | None = Field(None, pattern="^[1-9][0-9]{0,8}$", description="`next` of the page before")


class Difference(Reply):
    """One setting, before and after."""

    before: Any
    after: Any
    words: str = Field(examples=["Daily pay: 200 → 250"])


class ChangeSet(Reply):
    """One save."""

    number: int = Field(description="The version of the settings that it led to", examples=[7])
    actor_id: Id | None = Field(description="Who did it; null for Tatiana herself, and for who was forgotten")
    source: str = Field(examples=["api"])
    changes: dict[str, Difference]
    reverts: int | None = Field(description="Which change it took back")
    request_id: str
    at: Moment


class ChangeSets(Reply):
    """A page of the history, newest first."""

    changes: list[ChangeSet]
    next: str | None


class Reversal(Body):
    """How to take a change back."""

    partial: bool = Field(False, description="Leave alone what was changed again since, instead of refusing")


class Document(Reply):
    """Settings to keep in a file."""

    version: int = Field(alias="schema")
    server: str | None
    settings: dict[str, dict[str, Any]]


class Proposal(Body):
    """A document, and which roles and channels of this server are meant if it comes from another."""

    document: dict[str, Any] = Field(examples=[{"schema": 1, "settings": {"economy": {"daily": 250}}}])
    mapped: dict[str, IdIn | None] = Field(default={}, description="Ids there → ids here, or null to leave one out")


class Application(Proposal):
    """A document that was planned."""

    digest: str = Field(
        max_length=64,
        description="Of the plan: nothing is applied if it would be another one by now",
        examples=["9f86d081884c7d659a2feaa0c55ad015"],
    )


class Plan(Reply):
    """What a document would change."""

    version: int
    changes: dict[str, Difference]
    digest: str


class Applied(Reply):
    """What was changed."""

    change: ChangeSet | None = Field(description="Null if everything was so already")


@endpoint(Operation("Read the history of a server's settings", tag="settings", query=ChangePage, reply=ChangeSets))
async def index(call: Call, query: ChangePage) -> ChangeSets:
    """Every save, newest first."""
    page = await history.page(call.guild_id, before=int(query.after) if query.after else None, limit=query.limit)
    older = str(page.older) if page.older else None
    return ChangeSets(changes=[change_set(made) for made in page.change_sets], next=older)


@endpoint(Operation("Read one change of settings", tag="settings", reply=ChangeSet))
async def show(call: Call, number: int) -> ChangeSet:
    """One save."""
    return change_set(await history.find(call.guild_id, number))


async def _ids_before(call: Call, body: Reversal) -> None:  # noqa: ARG001  (the number is in the path)
    await reverting.look_up(call.guild_id, call.request.path_params["number"])


async def _ids_in_document(call: Call, body: Application) -> None:
    await documents.look_up(call.guild_id, documents.read(body.document), _mapped(body))


@endpoint(
    Operation(
        "Take a change back",
        tag="settings",
        body=Reversal,
        reply=Applied,
        errors=(409,),
        asks=_ids_before,
        description="Even if others came later. What was changed again since is a conflict that names it.",
    )
)
async def revert(call: Call, body: Reversal, number: int) -> Applied:
    """A new change with the values from before."""
    made = await reverting.revert(
        call.guild_id, call.caller.user_id, number, partial=body.partial, request_id=call.request_id
    )
    return Applied(change=change_set(made) if made else None)


@endpoint(Operation("Export a server's settings", tag="settings", reply=Document))
async def export(call: Call) -> Document:
    """A document for a file, to be planned and applied here or elsewhere."""
    return Document.model_validate(await documents.export(call.guild_id))


@endpoint(Operation("Plan a document of settings", tag="settings", body=Proposal, reply=Plan, repeatable=False))
async def plan(call: Call, body: Proposal) -> Plan:
    """What it would change; nothing is changed."""
    made = await documents.plan(call.guild_id, documents.read(body.document), _mapped(body))
    return Plan(version=made.version, changes=_differences(made.changes), digest=made.digest)


@endpoint(
    Operation(
        "Apply a document of settings",
        tag="settings",
        body=Application,
        reply=Applied,
        errors=(409,),
        asks=_ids_in_document,
    )
)
async def apply(call: Call, body: Application) -> Applied:
    """Exactly what was planned, or nothing."""
    document = documents.read(body.document)
    made = await documents.apply(
        call.guild_id, call.caller.user_id, document, body.digest, _mapped(body), request_id=call.request_id
    )
    return Applied(change=change_set(made) if made else None)


def change_set(made: Made) -> ChangeSet:
    """A stored change as it is told."""
    return ChangeSet(
        number=made.number,
        actor_id=made.actor_id if made.actor_id > 0 else None,
        source=made.source,
        changes=_differences(made.changes),
        reverts=made.reverts,
        request_id=made.request_id,
        at=made.created_at,
    )


def _differences(changes: Any) -> dict[str, Difference]:
    return {key: Difference(before=b.before, after=b.after, words=_words(key, b)) for key, b in changes.items()}


def _words(key: str, both: ValueChange) -> str:
    setting = modules.SETTINGS.get(key)
    if setting is None:  # of a version that had it
        return f"{key}: {both.before} → {both.after}"
    shown = (setting.kind.shown(value) for value in (both.before, both.after))
    before, after = (render(t("{value}", value=one), SOURCE) for one in shown)
    return f"{render(setting.kind.label, SOURCE)}: {before} → {after}"


def _mapped(body: Proposal) -> dict[int, int | None]:
    return {int(there): here for there, here in body.mapped.items() if there.isascii() and there.isdecimal()}
