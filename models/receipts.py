"""What each request that may change something led to."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Receipt(Model):
    """The outcome of one request, stored in the transaction of its effect, so that a repeat can be answered."""

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
