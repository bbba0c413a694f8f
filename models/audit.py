"""Who did what that matters for trust."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class AuditEvent(Model):
    """One security-relevant act, written in the transaction of its effect. Append-only."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 for the house")
    actor_id = fields.BigIntField(description="0 for the house")
    action = fields.CharField(max_length=64)
    target = fields.CharField(max_length=100, default="")
    details: Any = fields.JSONField(default=dict)
    request_id = fields.CharField(max_length=40, default="")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "audit_log"
        indexes = (Index(fields=("guild_id", "id"), name="audit_log_guild"),)
