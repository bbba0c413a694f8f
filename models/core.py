"""Tables shared by every area: jobs, idempotency records, plans, doubts, and the audit log."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Job(Model):
    """One job, leased by one worker at a time until it is done or abandoned."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(default=0, description="Whose work it is; 0 is the house's own")
    kind = fields.CharField(max_length=64)
    payload: Any = fields.JSONField(default=dict)
    key = fields.CharField(max_length=160, null=True, description="The same key again adds no second job")
    due_at = fields.DatetimeField()
    attempts = fields.IntField(default=0, description="Also the fencing number of the lease")
    max_attempts = fields.IntField(default=8)
    leased_until = fields.DatetimeField(null=True)
    leased_by = fields.UUIDField(null=True)
    failed_at = fields.DatetimeField(null=True, description="Given up; kept so that people can see why")
    error = fields.CharField(max_length=2000, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "jobs"
        unique_together = (("guild_id", "key"),)


class Receipt(Model):
    """The idempotency record of one request, stored in the transaction of its effect."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 outside a guild")
    key = fields.CharField(max_length=120, description="Names the request, e.g. `interaction:1400…`")
    user_id = fields.BigIntField()
    action = fields.CharField(max_length=100, description="The command or component that ran")
    answer: Any = fields.JSONField(null=True, description="What was answered first")
    refused = fields.BooleanField(default=False, description="The answer says no, and nothing was changed")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "receipts"
        unique_together = (("guild_id", "key"),)
        indexes = (Index(fields=("created_at",), name="receipts_created"),)


class Doubt(Model):
    """A requested change whose outcome the person was not told at once, so that a retry is recognized."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 outside a guild")
    key = fields.CharField(max_length=120, description="That of its receipt, if it has one by now")
    user_id = fields.BigIntField()
    fingerprint = fields.CharField(max_length=32, description="The same for the same command with the same options")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "doubts"
        unique_together = (("guild_id", "key"),)
        indexes = (
            Index(fields=("guild_id", "user_id", "fingerprint"), name="doubts_same"),
            Index(fields=("created_at",), name="doubts_created"),
        )


class Plan(Model):
    """One planned action waiting for its confirm button; exactly what is stored here gets confirmed."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    actor_id = fields.BigIntField(description="Who was shown the plan, and alone may confirm it")
    action = fields.CharField(max_length=64)
    details: Any = fields.JSONField(default=dict)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "plans"
        unique_together = (("guild_id", "id"),)


class AuditEvent(Model):
    """One security-relevant action, written in the transaction of its effect. Append-only."""

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


class TokenRefusal(Model):
    """One process whose token Discord refuses; renewed while that lasts, deleted afterwards."""

    id = fields.UUIDField(primary_key=True, description="Of the process, new at each start")
    seen_at = fields.DatetimeField()

    class Meta:
        table = "token_refusals"
