"""Admins' own rules about who may use which command."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class CommandRule(Model):
    """One rule: a command, or every command starting with these words, for one role, member or channel."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    command = fields.CharField(max_length=100, description="`bet` speaks of every /bet, `bet dice` of that one")
    target_kind = fields.CharField(max_length=8, description="role, member or channel")
    target_id = fields.BigIntField(description="The guild's own id as a role is @everyone")
    allowed = fields.BooleanField()
    actor_id = fields.BigIntField(description="Who decided it")
    made_at = fields.DatetimeField(description="When it was decided as it is now")

    class Meta:
        table = "command_rules"
        unique_together = (("guild_id", "command", "target_kind", "target_id"),)
