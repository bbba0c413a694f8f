"""Which processes Discord refuses the bot token to."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class TokenRefusal(Model):
    """One process whose calls Discord refuses; renewed while that lasts, gone when it is over."""

    id = fields.UUIDField(primary_key=True, description="Of the process, new at each start")
    seen_at = fields.DatetimeField()

    class Meta:
        table = "token_refusals"
