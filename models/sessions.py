"""Who is signed in where, and what Discord gave us to ask it about them."""

from __future__ import annotations

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class Session(Model):
    """One browser in which somebody is signed in."""

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
    """One way to Discord that has not come back yet; whoever comes back takes it away."""

    id = fields.BigIntField(primary_key=True)
    state_digest = fields.CharField(max_length=64, unique=True, description="SHA-256 of the state in the address")
    browser_digest = fields.CharField(max_length=64, description="SHA-256 of the cookie of the browser that left")
    next_path = fields.CharField(max_length=300, description="The page of ours to go on to")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "sign_in_attempts"


class DiscordGrant(Model):
    """What one person lets us ask Discord about them; the tokens are encrypted and bound to this row."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField(unique=True)
    access_token = fields.BinaryField()
    refresh_token = fields.BinaryField()
    scopes = fields.CharField(max_length=200)
    expires_at = fields.DatetimeField(description="Of the access token")
    updated_at = fields.DatetimeField(auto_now=True, description="When Discord last gave us tokens")

    class Meta:
        table = "discord_grants"
