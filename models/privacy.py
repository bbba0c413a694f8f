"""People's requests about their own data."""

from __future__ import annotations

from typing import Any

from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.indexes import Index
from tortoise.models import Model


class Erasure(Model):
    """A request for erasure; once done, the row no longer says whose it was."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField(description="-1 once it is done")
    requested_at = fields.DatetimeField(auto_now_add=True)
    due_at = fields.DatetimeField(description="Until then it can be cancelled")
    begun_at = fields.DatetimeField(null=True, description="From then on it can't be taken back")
    done_at = fields.DatetimeField(null=True)
    wallets: Any = ArrayField(
        element_type="bigint", null=True, description="Those the person had when it began; null once it is done"
    )
    step = fields.CharField(max_length=32, null=True, description="What it is doing, or stopped at")

    class Meta:
        table = "erasures"


class Export(Model):
    """A copy of one person's data, made for them and kept for a day."""

    id = fields.BigIntField(primary_key=True)
    user_id = fields.BigIntField()
    file = fields.BinaryField(null=True, description="Encrypted and bound to this row; null while it is being made")
    requested_at = fields.DatetimeField(auto_now_add=True)
    expires_at = fields.DatetimeField()

    class Meta:
        table = "exports"
        indexes = (Index(fields=("user_id",), name="exports_user"),)
