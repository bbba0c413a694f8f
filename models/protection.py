"""Posts waiting for log channels, and log channels that can't be written to."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from models.fields import SnowflakeKey


class LogPost(Model):
    """An audit log event waiting to be posted in its server's log channel."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    event_id = fields.BigIntField(description="Its id in the audit log")
    batch = fields.BigIntField(null=True, description="The message it belongs to, chosen before it is first sent")

    class Meta:
        table = "log_posts"
        unique_together = (("guild_id", "event_id"),)


class LogChannelFault(Model):
    """A log channel Discord won't let us write to; deleted once it does."""

    id = SnowflakeKey(primary_key=True, source_field="guild_id", description="The guild's id")
    channel_id = fields.BigIntField()
    since = fields.DatetimeField()

    class Meta:
        table = "log_channel_faults"
