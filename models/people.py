"""Who Discord users are, and what they are in one guild."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from models.fields import SnowflakeKey


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
    """One member of one guild: level, experience and when we last heard of them."""

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
