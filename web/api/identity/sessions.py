"""The caller's signed-in browsers."""

from __future__ import annotations

from pydantic import Field

from locales import t
from services.core.errors import NotFound
from services.identity import sessions, token_families
from web.frame.access import Kind
from web.frame.endpoint import Call, Operation, endpoint
from web.frame.types import Moment, Number, Reply


class Session(Reply):
    """One signed-in browser."""

    id: Number
    device: str = Field(examples=["Firefox on Linux"])
    created_at: Moment
    last_used_at: Moment
    current: bool = Field(description="Whether the request was made with it")


class Sessions(Reply):
    """All sessions, most recently used first."""

    sessions: list[Session]


@endpoint(Operation("List your sessions", tag="sessions", reply=Sessions))
async def index(call: Call) -> Sessions:
    """The caller's own sessions."""
    asking = call.caller.proof_id if call.caller.kind is Kind.SESSION else None
    found = await sessions.of(call.caller.user_id)
    return Sessions(
        sessions=[
            Session(
                id=one.id,
                device=one.device,
                created_at=one.created_at,
                last_used_at=one.last_used_at,
                current=one.id == asking,
            )
            for one in found
        ]
    )


@endpoint(Operation("End a session", tag="sessions"))
async def end(call: Call, session_id: int) -> None:
    """Takes effect immediately, in every process."""
    if not await sessions.end(call.caller.user_id, session_id, request_id=call.request_id):
        raise NotFound(t("You have no such session."))


@endpoint(Operation("Sign out everywhere", tag="sessions"))
async def end_all(call: Call) -> None:
    """Every browser and every program, including this one."""
    await token_families.end(call.caller.user_id, request_id=call.request_id)
    await sessions.end_all(call.caller.user_id, request_id=call.request_id)
