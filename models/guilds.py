"""The servers that use us."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.models import Model

from models.fields import SnowflakeKey


class Guild(Model):
    """One Discord server and how it wants us to behave."""

    id = SnowflakeKey(primary_key=True, source_field="discord_id", description="The id Discord gave")
    name = fields.CharField(max_length=100, null=True, description="Null until Discord told us")
    owner_id = fields.BigIntField(null=True)
    icon = fields.CharField(max_length=64, null=True, description="Hash of its picture")
    member_count = fields.IntField(null=True, description="About how many, as Discord last told")
    told_at = fields.DatetimeField(null=True, description="When Discord last told us of it")
    left_at = fields.DatetimeField(null=True, description="Since when Discord no longer lists it as one of ours")
    prefix = fields.CharField(max_length=5, default="/")
    language = fields.CharField(max_length=10, null=True, description="Of public answers; null follows Discord")
    language_at = fields.DatetimeField(null=True, description="When the language was last changed")
    config: Any = fields.JSONField(default=dict, description="Settings that differ from the defaults, by module")
    config_version = fields.IntField(default=0, db_default=0, description="How many change sets led to the settings")
    installed_at = fields.DatetimeField(null=True, description="When Discord reported the installation")
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "guilds"
