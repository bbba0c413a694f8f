"""Who did what in a server that matters for trust."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from services.core import audit
from services.core.audit import NEWEST
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Id, Moment, Number, Page, Reply


class EventPage(Page):
    """Which part of the log."""

    after: str | None = Field(None, pattern="^[1-9][0-9]{0,17}$", description="`next` of the page before")
    actor_id: str | None = Field(None, pattern="^[1-9][0-9]{0,17}$", description="Only what this person did")
    action: str = Field("", max_length=64, description="Only acts whose name begins so", examples=["economy."])


class Event(Reply):
    """One act."""

    id: Number
    actor_id: Id | None = Field(description="Who did it; null for Tatiana herself, and for who was forgotten")
    action: str = Field(examples=["economy.grant"])
    target: str = Field(description="What it was done to", examples=["402117835204198400"])
    details: dict[str, Any]
    request_id: str
    at: Moment


class Events(Reply):
    """A page of the log, newest first."""

    events: list[Event]
    next: str | None = Field(description="Give it as `after` for what is older; null at the end")


@endpoint(
    Operation(
        "Read the audit log",
        tag="audit",
        query=EventPage,
        reply=Events,
        description="Every security-relevant act: settings, grants, keys, sign-ins. It can be added to only.",
    )
)
async def index(call: Call, query: EventPage) -> Events:
    """The log of the guild in the path."""
    before = int(query.after) if query.after else NEWEST
    actor_id = int(query.actor_id) if query.actor_id else None
    found = await audit.page(
        call.guild_id, before=before, actor_id=actor_id, action=query.action, limit=query.limit + 1
    )
    shown = [
        Event(
            id=event.id,
            actor_id=event.actor_id if event.actor_id > 0 else None,
            action=event.action,
            target=event.target,
            details=dict(event.details),
            request_id=event.request_id,
            at=event.at,
        )
        for event in found[: query.limit]
    ]
    return Events(events=shown, next=str(shown[-1].id) if len(found) > query.limit else None)
