"""Shop items and members' inventories."""

from __future__ import annotations

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model


class Effect(StrEnum):
    """What using an item does."""

    NONE = "none"
    ROLE = "role"
    STREAK_SAVER = "streak_saver"


class Item(Model):
    """An item sold in a guild's shop."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    name = fields.CharField(max_length=60)
    description = fields.CharField(max_length=300, default="")
    price = fields.BigIntField()
    stock = fields.IntField(null=True, description="How many are left; null is without end")
    effect = fields.CharField(max_length=16, default=Effect.NONE.value)
    role_id = fields.BigIntField(null=True, description="The role that `effect` role gives")
    archived_at = fields.DatetimeField(null=True, description="Since when it is no longer sold")
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "shop_items"


class InventoryItem(Model):
    """How many of one item a member owns."""

    id = fields.BigIntField(primary_key=True)
    guild_id = fields.BigIntField()
    user_id = fields.BigIntField()
    item_type = fields.CharField(max_length=16, default="shop")
    item_id = fields.BigIntField()
    quantity = fields.BigIntField(default=0)

    class Meta:
        table = "user_inventory"
        unique_together = (("guild_id", "user_id", "item_type", "item_id"),)
