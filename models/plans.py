"""What somebody was shown and may still confirm."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class Plan(Model):
    """One act that waits for its confirm button; what is confirmed is exactly what is stored here."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    actor_id = fields.BigIntField(description="Who was shown the plan, and alone may confirm it")
    action = fields.CharField(max_length=64)
    details: Any = fields.JSONField(default=dict)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "plans"
        unique_together = (("guild_id", "id"),)
