"""A guild's first settings, while they are being chosen."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.fields import SnowflakeKey


class SetupDraft(Model):
    """What was chosen in /setup so far; one for each guild, so that a second admin goes on where the first stopped."""

    id = SnowflakeKey(primary_key=True, source_field="guild_id", description="The guild's id")
    step = fields.CharField(max_length=16, description="Where it was left")
    chosen: Any = fields.JSONField(default=dict, description="What differs from the settings, by name")
    begun_by = fields.BigIntField()
    begun_at = fields.DatetimeField()
    changed_by = fields.BigIntField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "setup_drafts"
