"""Requests whose sender may not know what they led to."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Doubt(Model):
    """A change that was asked for and whose outcome was not told at once, so that asking again is recognized."""

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
