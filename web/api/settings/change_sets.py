"""The history of a server's settings and reverting changes; documents of settings, planned and applied."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from locales import SOURCE, render, t
from services.settings import documents, history, modules, reverting
from services.settings.history import ChangeSet as Made
from services.settings.history import ValueChange
from web.discord_markup import unmarked
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Body, Id, IdIn, Moment, Page, Reply


class ChangePage(Page):
    """A page of the history."""

    after: str | None = Field(None, pattern="^[1-9][0-9]{0,8}$", description="`next` of the previous page")


class Difference(Reply):
    """One setting, before and after."""

    before: Any
    after: Any
    summary: str = Field(description="The change in words", examples=["Daily pay: 200 → 250"])


class ChangeSet(Reply):
    """One save."""

    number: int = Field(description="The version of the settings after this change", examples=[7])
    actor_id: Id | None = Field(description="Who made it; null for Tatiana herself and for deleted users")
    source: str = Field(examples=["api"])
    changes: dict[str, Difference]
    reverts: int | None = Field(description="The change this one reverts")
    request_id: str
    at: Moment


class ChangeSets(Reply):
    """A page of the history, newest first."""

    changes: list[ChangeSet]
    next: str | None


class Reversal(Body):
    """How to revert a change."""

    partial: bool = Field(False, description="Skip settings that have changed again since, instead of refusing")


class Document(Reply):
    """Settings as a document."""

    version: int = Field(alias="schema")
    server: str | None
    settings: dict[str, dict[str, Any]]


class Proposal(Body):
    """A document, and this server's roles and channels for those of another server."""

    document: dict[str, Any] = Field(examples=[{"schema": 1, "settings": {"economy": {"daily": 250}}}])
    id_map: dict[str, IdIn | None] = Field(default={}, description="Foreign id → id in this server, or null to omit it")


class Application(Proposal):
    """A planned document."""

    digest: str = Field(
        max_length=64,
        description="The plan's digest; nothing is applied if the plan would differ by now",
        examples=["9f86d081884c7d659a2feaa0c55ad015"],
    )


class Plan(Reply):
    """The changes a document would make."""

    version: int
    changes: dict[str, Difference]
    digest: str


class Applied(Reply):
    """The change that was made."""

    change: ChangeSet | None = Field(description="Null if nothing differed")


@endpoint(Operation("List settings changes", tag="settings", query=ChangePage, reply=ChangeSets))
async def index(call: Call, query: ChangePage) -> ChangeSets:
    """Every save, newest first."""
    page = await history.page(call.guild_id, before=int(query.after) if query.after else None, limit=query.limit)
    older = str(page.older) if page.older else None
    return ChangeSets(changes=[change_set(made) for made in page.change_sets], next=older)


@endpoint(Operation("Get a settings change", tag="settings", reply=ChangeSet))
async def show(call: Call, number: int) -> ChangeSet:
    """One save."""
    return change_set(await history.find(call.guild_id, number))


async def _ids_before(call: Call, body: Reversal) -> None:  # noqa: ARG001  (the number is in the path)
    await reverting.look_up(call.guild_id, call.request.path_params["number"])


async def _ids_in_document(call: Call, body: Application) -> None:
    await documents.look_up(call.guild_id, documents.read(body.document), _mapped(body))


@endpoint(
    Operation(
        "Revert a settings change",
        tag="settings",
        body=Reversal,
        reply=Applied,
        errors=(409,),
        asks=_ids_before,
        description="Works even if other changes came later. Settings that have changed again since are a conflict.",
    )
)
async def revert(call: Call, body: Reversal, number: int) -> Applied:
    """A new change that restores the previous values."""
    made = await reverting.revert(
        call.guild_id, call.caller.user_id, number, partial=body.partial, request_id=call.request_id
    )
    return Applied(change=change_set(made) if made else None)


@endpoint(Operation("Export settings", tag="settings", reply=Document))
async def export(call: Call) -> Document:
    """A document to plan and apply, here or in another server."""
    return Document.model_validate(await documents.export(call.guild_id))


@endpoint(
    Operation(
        "Plan a settings document",
        tag="settings",
        body=Proposal,
        reply=Plan,
        repeatable=False,
        description="Lists the changes the document would make. Nothing is changed.",
    )
)
async def plan(call: Call, body: Proposal) -> Plan:
    """The changes it would make; nothing is changed."""
    made = await documents.plan(call.guild_id, documents.read(body.document), _mapped(body))
    return Plan(version=made.version, changes=_differences(made.changes), digest=made.digest)


@endpoint(
    Operation(
        "Apply a settings document",
        tag="settings",
        body=Application,
        reply=Applied,
        errors=(409,),
        asks=_ids_in_document,
        description="Makes exactly the planned changes, or none.",
    )
)
async def apply(call: Call, body: Application) -> Applied:
    """Exactly as planned, or not at all."""
    document = documents.read(body.document)
    made = await documents.apply(
        call.guild_id, call.caller.user_id, document, body.digest, _mapped(body), request_id=call.request_id
    )
    return Applied(change=change_set(made) if made else None)


def change_set(made: Made) -> ChangeSet:
    """The reply for a stored change."""
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
    return {key: Difference(before=b.before, after=b.after, summary=_summary(key, b)) for key, b in changes.items()}


def _summary(key: str, both: ValueChange) -> str:
    setting = modules.SETTINGS.get(key)
    if setting is None:  # a setting of another version
        return f"{key}: {both.before} → {both.after}"
    shown = (setting.kind.shown(value) for value in (both.before, both.after))
    before, after = (render(t("{value}", value=one), SOURCE) for one in shown)
    return unmarked(f"{render(setting.kind.label, SOURCE)}: {before} → {after}")


def _mapped(body: Proposal) -> dict[int, int | None]:
    return {int(there): here for there, here in body.id_map.items() if there.isascii() and there.isdecimal()}
