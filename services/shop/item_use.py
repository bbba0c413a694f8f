"""Using an item."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from locales import t
from models import Effect
from services.core.errors import Conflict
from services.core.transactions import transaction
from services.economy import ledger
from services.shop import inventory, role_orders
from services.shop.inventory import OwnedItem
from services.shop.role_orders import AnswerTo, Order


async def use(guild_id: int, user_id: int, user_roles: Collection[int], item_id: int, answer: AnswerTo) -> OwnedItem:
    """Use up one item, if it can be used by hand; returns the item and how many are left."""
    async with transaction():
        # Lock the wallet first: one use at a time per member, so that no role is ordered twice.
        await ledger.hold(guild_id, user_id)
        owned = await inventory.find(guild_id, user_id, item_id)
        if owned.effect is not Effect.ROLE:
            return owned
        assert owned.role_id is not None, "the database holds that"
        if owned.role_id in user_roles:
            raise Conflict(t("You already have the role <@&{role}>, so you keep the item.", role=str(owned.role_id)))
        await role_orders.expect_none(guild_id, user_id, owned.role_id)
        left = await inventory.take(guild_id, user_id, owned, 1)
        await role_orders.place(guild_id, Order.of(owned, user_id, None, answer))
    return replace(owned, quantity=left)
