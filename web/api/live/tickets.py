"""Tickets for opening a WebSocket without a cookie."""

from __future__ import annotations

from pydantic import Field

from services.live import Credential, TicketHolder, tickets
from web.frame.access import Kind
from web.frame.endpoint import Answer, Call, Operation, endpoint
from web.frame.types import Reply


class SocketTicket(Reply):
    """Works once, within 30 seconds."""

    ticket: str = Field(description="Send it as the first message: {'type': 'ticket', 'ticket': …}")
    expires_in: int = Field(description="Seconds", examples=[tickets.SECONDS])


@endpoint(
    Operation(
        "Get a ticket for live updates",
        tag="live",
        reply=SocketTicket,
        status=201,
        repeatable=False,
        description="Opens one WebSocket at `/ws`; it closes when your session or token ends.",
    )
)
async def create(call: Call) -> Answer:
    """A ticket for the caller."""
    proof = Credential.SESSION if call.caller.kind is Kind.SESSION else Credential.FAMILY
    ticket = await tickets.issue(TicketHolder(call.caller.user_id, proof, call.caller.proof_id))
    return Answer(SocketTicket(ticket=ticket, expires_in=tickets.SECONDS), secret=True)
