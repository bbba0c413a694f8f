"""Work that must happen later, even after a crash."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Job(Model):
    """One piece of work, leased by one worker at a time until it is done or given up."""

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
