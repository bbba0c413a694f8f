"""Settings changes, drafts, and unfinished /setup choices."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.fields import SnowflakeKey


class ChangeSet(Model):
    """The changes of one save, its origin and its author. Append-only."""

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
    """Values that one admin collected across pages and has not applied yet."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    user_id = fields.BigIntField()
    version = fields.IntField(description="Of the settings that were looked at when it was begun")
    chosen: Any = fields.JSONField(description="What shall be, by the key of the setting")
    changed_at = fields.DatetimeField()

    class Meta:
        table = "change_drafts"
        unique_together = (("guild_id", "user_id"),)


class SetupDraft(Model):
    """Choices made in /setup so far; one row per guild, so that a second admin continues where the first stopped."""

    id = SnowflakeKey(primary_key=True, source_field="guild_id", description="The guild's id")
    step = fields.CharField(max_length=16, description="Where it was left")
    chosen: Any = fields.JSONField(default=dict, description="What differs from the settings, by name")
    begun_by = fields.BigIntField()
    begun_at = fields.DatetimeField()
    changed_by = fields.BigIntField()
    changed_at = fields.DatetimeField()

    class Meta:
        table = "setup_drafts"
