"""Plants of members."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class Plant(Model):
    """Something that a member planted."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    user_id = fields.BigIntField()
    name = fields.CharField(max_length=50)
    watered_at = fields.DatetimeField(null=True)

    class Meta:
        table = "garden_plants"
