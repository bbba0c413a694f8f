"""Which commands are used."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class CommandUse(Model):
    """One use of one command; kept for statistics, written in batches."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField(description="0 outside a guild")
    user_id = fields.BigIntField()
    command_name = fields.CharField(max_length=100)
    milliseconds = fields.IntField(description="From receipt to the first answer")
    outcome = fields.CharField(max_length=16, description="answered, deferred, refused or failed")
    timestamp = fields.DatetimeField()

    class Meta:
        table = "command_usage"
        indexes = (
            Index(fields=("guild_id", "timestamp"), name="command_usage_guild_time"),
            Index(fields=("user_id", "guild_id", "id"), name="command_usage_member"),
        )
