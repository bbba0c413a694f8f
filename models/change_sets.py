"""Every change of settings that was ever made, and what somebody collects before they make one."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model


class ChangeSet(Model):
    """What one save changed, from where, and by whom. Append-only."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    number = fields.IntField(description="The version of the settings that it led to; the one before is one less")
    actor_id = fields.BigIntField(description="0 for the house")
    source = fields.CharField(max_length=16, description="command, dashboard, api, setup, revert or apply")
    changes: Any = fields.JSONField(description="Before and after of each changed setting, by its key")
    reverts = fields.IntField(null=True, description="Number of the change set that it takes back")
    request_id = fields.CharField(max_length=40, default="")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "change_sets"
        unique_together = (("guild_id", "number"),)


class ChangeDraft(Model):
    """Values that one admin has collected over several pages and not applied yet."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    user_id = fields.BigIntField()
    version = fields.IntField(description="Of the settings that were looked at when it was begun")
    chosen: Any = fields.JSONField(description="What shall be, by the key of the setting")
    changed_at = fields.DatetimeField()

    class Meta:
        table = "change_drafts"
        unique_together = (("guild_id", "user_id"),)
