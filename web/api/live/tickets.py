"""Tickets that open the socket where no cookie can."""

from __future__ import annotations

from pydantic import Field

from services.live import Credential, TicketHolder, tickets
from web.frame.access import Kind
from web.frame.endpoint import Answer, Call, Operation, endpoint
from web.frame.types import Reply


class SocketTicket(Reply):
    """Good once, for half a minute."""

    ticket: str = Field(description="Send it as the first message: {'type': 'ticket', 'ticket': …}")
    expires_in: int = Field(description="Seconds", examples=[tickets.SECONDS])


@endpoint(
    Operation(
        "Get a ticket for live updates",
        tag="live",
        reply=SocketTicket,
        status=201,
        repeatable=False,
        description="Opens one socket at `/ws`, which lives no longer than what you are signed in by.",
    )
)
async def create(call: Call) -> Answer:
    """A ticket of the caller's own."""
    proof = Credential.SESSION if call.caller.kind is Kind.SESSION else Credential.FAMILY
    ticket = await tickets.issue(TicketHolder(call.caller.user_id, proof, call.caller.proof_id))
    return Answer(SocketTicket(ticket=ticket, expires_in=tickets.SECONDS), secret=True)
