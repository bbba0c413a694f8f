"""A guild's ledger: accounts, transfers between them, and the postings that move coins."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class AccountKind(StrEnum):
    """The kind of an account."""

    WALLET = "wallet"
    TREASURY = "treasury"
    ESCROW = "escrow"
    MINT = "mint"
    SINK = "sink"


class Account(Model):
    """A member's wallet, or one of a guild's four own accounts (`user_id` 0).

    `balance`, `seq` and `head` are written by a database trigger when a posting is inserted, never by our code.
    """

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    user_id = fields.BigIntField(default=0, description="0 for a house account")
    kind = fields.CharField(max_length=8, default=AccountKind.WALLET.value)
    balance = fields.BigIntField(default=0, description="Cached sum of the postings; only the mint may be below zero")
    seq = fields.BigIntField(default=0, description="How many postings the account has")
    head = fields.BinaryField(null=True, description="Digest of the newest posting")
    daily_streak = fields.IntField(default=0)
    last_daily = fields.DatetimeField(null=True)
    daily_period = fields.DateField(null=True, description="The guild's calendar day of the last daily pay")
    last_work = fields.DatetimeField(null=True)
    frozen_at = fields.DatetimeField(null=True, description="Since when an admin stopped this wallet")
    created_at = fields.DatetimeField(auto_now_add=True)
    salt = fields.BinaryField(null=True, description="Sealed with it is whose account this is; null once erased")
    seal = fields.BinaryField(null=True)

    class Meta:
        table = "user_economy"
        unique_together = (("guild_id", "kind", "user_id"),)
        indexes = (Index(fields=("user_id",), name="user_economy_user"),)


class Transfer(Model):
    """One movement of coins; its id is the receipt number that people see. Append-only."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    key = fields.CharField(max_length=120, description="Names the cause; the same key again moves nothing")
    kind = fields.CharField(max_length=24)
    actor_id = fields.BigIntField(description="Who caused it; 0 for the house")
    reason = fields.CharField(max_length=512, default="")
    details: Any = fields.JSONField(default=dict)
    reverses: fields.ForeignKeyNullableRelation[Transfer] = fields.ForeignKeyField(
        "models.Transfer", null=True, on_delete=fields.RESTRICT, related_name="reversals"
    )
    reverses_id: int | None
    created_at = fields.DatetimeField(auto_now_add=True)
    salt = fields.BinaryField(
        null=True, description="Sealed with it are key, actor, reason and details; null once erased"
    )
    seal = fields.BinaryField(null=True)
    postings: fields.ReverseRelation[Posting]

    class Meta:
        table = "transfers"
        unique_together = (("guild_id", "key"),)
        indexes = (
            Index(fields=("guild_id", "id"), name="transfers_guild"),
            Index(fields=("guild_id", "kind", "id"), name="transfers_kind"),
        )


class Posting(Model):
    """One leg of a transfer. Append-only; `seq`, `balance_after` and `digest` come from the database."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    transfer: fields.ForeignKeyRelation[Transfer] = fields.ForeignKeyField(
        "models.Transfer", on_delete=fields.RESTRICT, related_name="postings"
    )
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField(
        "models.Account", on_delete=fields.RESTRICT, related_name="postings"
    )
    transfer_id: int
    account_id: int
    amount = fields.BigIntField(description="Coins into the account; negative is out of it")
    seq = fields.BigIntField(default=0)
    balance_after = fields.BigIntField(default=0)
    digest = fields.BinaryField(null=True, description="SHA-256 over this posting, its transfer and the one before")

    class Meta:
        table = "postings"
        unique_together = (("guild_id", "account_id", "seq"),)
        indexes = (Index(fields=("guild_id", "transfer_id"), name="postings_transfer"),)


class OfferState(StrEnum):
    """The state of an offer; every state except `open` is final."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"


class Offer(Model):
    """A pending transfer: a payment held in escrow, or a payment request."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    kind = fields.CharField(max_length=8, description="`payment` (coins are held) or `request` (nothing is held)")
    payer_id = fields.BigIntField()
    payee_id = fields.BigIntField()
    amount = fields.BigIntField()
    note = fields.CharField(max_length=100, default="")
    state = fields.CharField(max_length=8, default=OfferState.OPEN.value)
    expires_at = fields.DatetimeField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "offers"
        indexes = (
            Index(fields=("guild_id", "payer_id"), name="offers_payer"),
            Index(fields=("guild_id", "payee_id"), name="offers_payee"),
        )


class StandingMark(Model):
    """A sampled rank on a large guild's leaderboard and its balance, renewed by a job."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    balance = fields.BigIntField()
    place = fields.BigIntField(description="How many wallets hold more than `balance`, plus one")

    class Meta:
        table = "standing_marks"
        unique_together = (("guild_id", "balance"),)


class BooksProof(Model):
    """A ledger audit requested by an admin; while `found` is empty it is running or was cancelled."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    asked_by = fields.BigIntField()
    asked_at = fields.DatetimeField()
    ended_at = fields.DatetimeField(null=True)
    done = fields.BigIntField(description="Rows that were looked at, about")
    total = fields.BigIntField(description="Rows that there are, about")
    found: Any = fields.JSONField(null=True, description="What the books say; null until it is known")

    class Meta:
        table = "proofs"
        indexes = (Index(fields=("guild_id", "id"), name="proofs_guild"),)
