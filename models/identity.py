"""Sign-ins of browsers, programs and keys, and the Discord tokens that people granted us."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Session(Model):
    """One signed-in browser."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    digest = fields.CharField(max_length=64, unique=True, description="SHA-256 of the cookie, which is kept nowhere")
    device = fields.CharField(max_length=60, default="", description="Browser and system, as far as they say so")
    created_at = fields.DatetimeField(auto_now_add=True)
    last_used_at = fields.DatetimeField(auto_now_add=True, description="To the minute")

    class Meta:
        table = "sessions"
        indexes = (Index(fields=("user_id",), name="sessions_user"),)


class SignInAttempt(Model):
    """One sign-in that was sent to Discord and has not returned; deleted when it returns."""

    id = fields.BigIntField(primary_key=True)
    state_digest = fields.CharField(max_length=64, unique=True, description="SHA-256 of the state in the address")
    browser_digest = fields.CharField(max_length=64, description="SHA-256 of the cookie of the browser that left")
    next_path = fields.CharField(max_length=300, description="The page of ours to go on to")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "sign_in_attempts"


class DiscordGrant(Model):
    """One person's OAuth grant at Discord; the tokens are encrypted and bound to this row."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField(unique=True)
    access_token = fields.BinaryField()
    refresh_token = fields.BinaryField()
    scopes = fields.CharField(max_length=200)
    expires_at = fields.DatetimeField(description="Of the access token")
    updated_at = fields.DatetimeField(auto_now=True, description="When Discord last gave us tokens")

    class Meta:
        table = "discord_grants"


class RefreshFamily(Model):
    """One signed-in program: a refresh token and all its successors."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    device = fields.CharField(max_length=60, default="", description="What the program calls itself")
    created_at = fields.DatetimeField(auto_now_add=True, description="Since when they are signed in")
    expires_at = fields.DatetimeField(description="The latest end, however often it is renewed")
    ended_at = fields.DatetimeField(null=True)
    ended_for = fields.CharField(max_length=32, default="", description="`token.revoked` or `token.reused`")

    class Meta:
        table = "refresh_families"
        indexes = (
            Index(fields=("user_id",), name="refresh_families_user"),
            Index(fields=("expires_at",), name="refresh_families_expiry"),
        )


class RefreshToken(Model):
    """One refresh token; only its digest is stored."""

    id = fields.BigIntField(primary_key=True)
    family: fields.ForeignKeyRelation[RefreshFamily] = fields.ForeignKeyField(
        "models.RefreshFamily", on_delete=fields.CASCADE, related_name="tokens"
    )
    family_id: int
    digest = fields.BinaryField(description="SHA-256")
    expires_at = fields.DatetimeField()
    used_at = fields.DatetimeField(null=True, description="When its successor took its place")

    class Meta:
        table = "refresh_tokens"
        indexes = (Index(fields=("family_id",), name="refresh_tokens_family"),)


class ApiKey(Model):
    """An API key for one guild; only its digest is stored."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    name = fields.CharField(max_length=60)
    digest = fields.BinaryField(description="SHA-256 of the secret")
    hint = fields.CharField(max_length=12, description="Four characters of it, to tell keys apart")
    scopes: Any = fields.JSONField(default=list)
    created_by = fields.BigIntField()
    created_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField(null=True)
    suspended_at = fields.DatetimeField(null=True, description="Since when who made it may not manage the guild")
    last_used_at = fields.DatetimeField(null=True, description="To the minute")

    class Meta:
        table = "api_keys"
