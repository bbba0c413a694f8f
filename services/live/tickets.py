"""Tickets that open a socket where cookies can't: single-use, valid for 30 seconds, stored only as digests."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

from services.core.transactions import rows
from services.identity import sessions

SECONDS = 30

_TICKET = re.compile(r"[A-Za-z0-9_-]{43}")
_ISSUE = "INSERT INTO socket_tickets (digest, user_id, proof, proof_id) VALUES ($1, $2, $3, $4)"
_REDEEM = """
DELETE FROM socket_tickets WHERE digest = $1
RETURNING user_id, proof, proof_id, created_at > now() - make_interval(secs => $2) AS valid"""
_LIVING = """
SELECT 'session' AS proof, id FROM sessions
 WHERE id = ANY($1::bigint[]) AND created_at > now() - $2::interval AND last_used_at > now() - $3::interval
UNION ALL
SELECT 'family', id FROM refresh_families WHERE id = ANY($4::bigint[]) AND ended_at IS NULL AND expires_at > now()"""


class Credential(StrEnum):
    """The kind of sign-in behind a ticket."""

    SESSION = "session"
    FAMILY = "family"  # a family of refresh tokens


class TicketHolder(NamedTuple):
    """A person who may listen while their sign-in is valid."""

    user_id: int
    proof: Credential
    proof_id: int


async def issue(holder: TicketHolder) -> str:
    """A new ticket for this holder."""
    ticket = secrets.token_urlsafe(32)
    await rows(_ISSUE, _digest(ticket), *holder)
    return ticket


async def redeem(ticket: str) -> TicketHolder | None:
    """The holder of this ticket, once; None if it was used or has expired."""
    if not _TICKET.fullmatch(ticket):
        return None
    found = await rows(_REDEEM, _digest(ticket), SECONDS)
    if not found or not found[0]["valid"]:
        return None
    holder = TicketHolder(found[0]["user_id"], Credential(found[0]["proof"]), found[0]["proof_id"])
    return holder if holder in await living([holder]) else None


async def living(holders: Iterable[TicketHolder]) -> set[TicketHolder]:
    """The holders whose sign-in has not been ended."""
    wanted = set(holders)
    ids = {proof: [holder.proof_id for holder in wanted if holder.proof is proof] for proof in Credential}
    found = await rows(_LIVING, ids[Credential.SESSION], sessions.LONGEST, sessions.IDLE, ids[Credential.FAMILY])
    alive = {(row["proof"], row["id"]) for row in found}
    return {holder for holder in wanted if (holder.proof, holder.proof_id) in alive}


def _digest(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()
