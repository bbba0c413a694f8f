"""Guilds, Discord users, and members of a guild."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import SnowflakeKey


class Guild(Model):
    """One Discord server and its settings."""

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


class User(Model):
    """One Discord user, as last seen."""

    id = SnowflakeKey(primary_key=True, source_field="discord_id", description="The id Discord gave")
    username = fields.CharField(max_length=32, description="As last seen; not unique over time")
    avatar_url = fields.CharField(max_length=300, null=True)
    language = fields.CharField(max_length=10, null=True, description="Chosen with /language; null follows Discord")
    language_at = fields.DatetimeField(null=True, description="When the language was last chosen")
    confirm_percent = fields.SmallIntField(null=True, description="Of a balance, what is spent without a question")
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "users"


class UserGuildData(Model):
    """One member of one guild: level, experience and when they were last seen."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    user_id = fields.BigIntField()
    name = fields.CharField(
        max_length=32,
        default="",
        db_default="",
        description="The username in small letters, to sort and search by",
    )
    display_name = fields.CharField(max_length=32, null=True, description="In small letters, to search by")
    nickname = fields.CharField(max_length=32, null=True, description="In small letters, to search by")
    level = fields.IntField(default=0)
    experience = fields.BigIntField(default=0)
    last_seen_at = fields.DatetimeField(null=True, description="Last command used here")

    class Meta:
        table = "user_guild_data"
        unique_together = (("guild_id", "user_id"),)
        indexes = (
            Index(fields=("user_id",), name="user_guild_data_user"),
            Index(fields=("guild_id", "name", "user_id"), name="user_guild_data_name"),
            Index(fields=("guild_id", "display_name"), name="user_guild_data_display_name"),
            Index(fields=("guild_id", "nickname"), name="user_guild_data_nickname"),
        )
