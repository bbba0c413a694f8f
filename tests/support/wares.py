"""Shops for tests: things that are for sale, and what people own of them."""

from __future__ import annotations

from models import Effect
from services.core.actors import Actor
from services.core.transactions import rows
from services.shop import items
from services.shop.item import Ware
from services.shop.items import Form
from services.shop.purchases import PurchaseRequest
from services.shop.role_orders import AnswerTo
from tests.support.bot import GUILD, MANAGER

ADMIN = Actor(MANAGER, "r")
ANSWER = AnswerTo("token", "en-US")


async def sell(
    name: str = "Rope",
    price: int = 10,
    stock: int | None = None,
    *,
    role_id: int | None = None,
    effect: Effect = Effect.NONE,
    guild_id: int = GUILD,
) -> Ware:
    """Added an item to the shop."""
    form = typed_item(name, "Strong", str(price), "" if stock is None else str(stock))
    return await items.create(guild_id, ADMIN, form, Effect.ROLE if role_id else effect, role_id)


def typed_item(name: str, description: str = "", price: str = "1", stock: str = "") -> Form:
    """An item as an admin types it."""
    return Form({"name": name, "description": description, "price": price, "stock": stock})


def wish(ware: Ware, count: int = 1, shown: int | None = None) -> PurchaseRequest:
    """Wanting a thing at the price it had, or another that was shown."""
    return PurchaseRequest(ware.id, count, ware.price if shown is None else shown)


async def owned(user_id: int, guild_id: int = GUILD) -> dict[int, int]:
    """How many of what somebody owns, by item."""
    sql = "SELECT item_id, quantity FROM user_inventory WHERE guild_id = $1 AND user_id = $2 AND quantity > 0"
    return {row["item_id"]: row["quantity"] for row in await rows(sql, guild_id, user_id)}


async def stock(ware: Ware) -> int | None:
    """How many are left."""
    (row,) = await rows("SELECT stock FROM shop_items WHERE id = $1", ware.id)
    left: int | None = row["stock"]
    return left
