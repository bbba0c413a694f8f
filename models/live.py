"""Recent events in a guild, for live updates."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import SnowflakeKey


class LiveEvent(Model):
    """One event, written by triggers on the tables it is about, and kept for an hour."""

    id = fields.BigIntField(primary_key=True)
    xid = fields.BigIntField(description="The transaction it happened in; readers go by (xid, id)")
    guild_id = fields.BigIntField()
    kind = fields.CharField(max_length=8, description="command, ledger, setting, job, member or case")
    data: Any = fields.JSONField(description="Ids and counts, never what people wrote")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "live_events"
        indexes = (Index(fields=("guild_id", "xid", "id"), name="live_events_guild"),)


class LiveHistory(Model):
    """The newest deleted event, which tells how far back events reach. One row at most."""

    id = SnowflakeKey(primary_key=True, description="Always 1")
    xid = fields.BigIntField()
    event_id = fields.BigIntField()

    class Meta:
        table = "live_history"


class SocketTicket(Model):
    """A ticket that opens one socket, once, within 30 seconds."""

    id = fields.BigIntField(primary_key=True)
    digest = fields.CharField(max_length=64, unique=True, description="SHA-256 of the ticket, which is kept nowhere")
    user_id = fields.BigIntField()
    proof = fields.CharField(max_length=8, description="By what they were signed in: session or family")
    proof_id = fields.BigIntField(description="Of that session or family; its end is the socket's")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "socket_tickets"
