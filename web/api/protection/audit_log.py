"""A server's audit log."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from services.core import audit
from services.core.audit import NEWEST
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Id, Moment, Number, Page, Reply


class AuditLogPage(Page):
    """A page of the audit log."""

    after: str | None = Field(None, pattern="^[1-9][0-9]{0,17}$", description="`next` of the previous page")
    actor_id: str | None = Field(None, pattern="^[1-9][0-9]{0,17}$", description="Only actions of this user")
    action: str = Field(
        "", max_length=64, description="Only actions whose name starts with this", examples=["economy."]
    )


class AuditLogEntry(Reply):
    """One action."""

    id: Number
    actor_id: Id | None = Field(description="Who did it; null for Tatiana herself and for deleted users")
    action: str = Field(examples=["economy.grant"])
    target: str = Field(description="What the action applies to", examples=["402117835204198400"])
    details: dict[str, Any]
    request_id: str
    at: Moment


class AuditLog(Reply):
    """A page of the audit log, newest first."""

    entries: list[AuditLogEntry]
    next: str | None = Field(description="Pass it as `after` for older entries; null on the last page")


@endpoint(
    Operation(
        "List audit log entries",
        tag="audit",
        query=AuditLogPage,
        reply=AuditLog,
        description="Every security-relevant action: settings, grants, keys, sign-ins. Entries can't be changed.",
    )
)
async def index(call: Call, query: AuditLogPage) -> AuditLog:
    """The audit log of the server in the path."""
    before = int(query.after) if query.after else NEWEST
    actor_id = int(query.actor_id) if query.actor_id else None
    found = await audit.page(
        call.guild_id, before=before, actor_id=actor_id, action=query.action, limit=query.limit + 1
    )
    shown = [
        AuditLogEntry(
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
    return AuditLog(entries=shown, next=str(shown[-1].id) if len(found) > query.limit else None)
