"""Buying from a guild's shop."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from locales import n, t
from models import AccountKind, Effect
from services.core.actors import Person
from services.core.errors import Conflict, UserError
from services.core.transactions import rows, transaction
from services.economy import confirmations, ledger, rules
from services.economy.confirmations import NEVER
from services.economy.ledger import Move
from services.shop import catalog, inventory, role_orders
from services.shop.item import Ware
from services.shop.role_orders import AnswerTo, Order

MAX_ITEMS_PER_PURCHASE = 100  # items in one purchase

_SELL = "UPDATE shop_items SET stock = stock - $3 WHERE guild_id = $1 AND id = $2"


class SoldOut(Conflict):
    """Too few are in stock."""


@dataclass(frozen=True, slots=True)
class PurchaseRequest:
    """An item to buy, a count, and the unit price the buyer was shown, if any."""

    item_id: int
    count: int
    shown: int | None


@dataclass(frozen=True, slots=True)
class Quote:
    """Nothing was bought yet: the price was not shown before, or the buyer wants to confirm it."""

    ware: Ware
    count: int
    symbol: str


@dataclass(frozen=True, slots=True)
class Purchase:
    """A completed purchase."""

    ware: Ware
    count: int
    coins: int
    number: int
    balance: int
    symbol: str


async def buy(
    guild_id: int,
    buyer: Person,
    roles: Collection[int],
    wish: PurchaseRequest,
    answer: AnswerTo,
    *,
    key: str,
    ask_above: int = NEVER,
) -> Purchase | Quote:
    """Buy for oneself: items go to the inventory, a role is given at once."""
    async with transaction():
        made = await _pay(guild_id, buyer, wish, key, ask_above, roles)
        if isinstance(made, Purchase):
            if made.ware.effect is Effect.ROLE:
                await role_orders.place(guild_id, Order.of(made.ware, buyer.id, made.number, answer))
            else:
                await inventory.add(guild_id, buyer.id, made.ware.id, made.count)
    return made


async def gift(
    guild_id: int, buyer: Person, receiver: Person, wish: PurchaseRequest, *, key: str, ask_above: int = NEVER
) -> Purchase | Quote:
    """Buy for someone else, into their inventory: a role is not forced on them, they can use the item."""
    inventory.check_receiver(buyer, receiver)
    async with transaction():
        made = await _pay(guild_id, buyer, wish, key, ask_above)
        if isinstance(made, Purchase):
            await inventory.add(guild_id, receiver.id, made.ware.id, made.count)
    return made


async def quote(guild_id: int, item_id: int) -> Quote:
    """The current unit price of an item."""
    ware = await catalog.find(guild_id, item_id)
    if ware.archived:
        raise Conflict(t("The shop no longer sells that item."))
    return Quote(ware, 1, (await rules.of(guild_id)).symbol)


async def _pay(
    guild_id: int,
    buyer: Person,
    wish: PurchaseRequest,
    key: str,
    ask_above: int,
    own_roles: Collection[int] | None = None,
) -> Purchase | Quote:
    """Take stock and coins, both or neither; `own_roles` are the roles of a buyer who buys for themselves.

    Above that percentage of the buyer's balance, nothing is taken and a Quote is raised.
    """
    if not 1 <= wish.count <= MAX_ITEMS_PER_PURCHASE:
        raise UserError(t("The quantity must be between {least} and {most}.", least=1, most=MAX_ITEMS_PER_PURCHASE))
    settings = await rules.of(guild_id)
    books = await ledger.hold(guild_id, buyer.id, AccountKind.SINK)
    # Locked until the end, so that of two people who want the last one, one gets it and the other a refusal.
    ware = await catalog.find(guild_id, wish.item_id, lock=True)
    if ware.archived:
        raise Conflict(t("The shop no longer sells that item."))
    if ware.price != wish.shown:
        return Quote(ware, wish.count, settings.symbol)
    if own_roles is not None and ware.role_id is not None:
        await _one_role(guild_id, buyer.id, ware.role_id, wish.count, own_roles)
    coins = ware.price * wish.count
    if confirmations.needed(coins, books[buyer.id].balance, ask_above):
        return Quote(ware, wish.count, settings.symbol)
    await _sell(guild_id, ware, wish.count)
    # Into the sink, not a treasury: daily pay keeps minting coins, and the shop is where they are burned.
    entry = await ledger.post(
        books,
        [Move(buyer.id, AccountKind.SINK, coins)],
        key=key,
        kind="buy",
        actor_id=buyer.id,
        reason=f"{wish.count} × {ware.name}",
        details={"item": ware.id, "count": wish.count, "price": ware.price},
    )
    return Purchase(ware, wish.count, coins, entry.number, entry.balances[buyer.id], settings.symbol)


async def _sell(guild_id: int, ware: Ware, count: int) -> None:
    if ware.stock is None:
        return
    if ware.stock == 0:
        raise SoldOut(t("That item is sold out. You weren't charged."))
    if ware.stock < count:
        raise SoldOut(
            n("Only {count} is left. You weren't charged.", "Only {count} are left. You weren't charged.", ware.stock)
        )
    await rows(_SELL, guild_id, ware.id, count)


async def _one_role(guild_id: int, user_id: int, role_id: int, count: int, own_roles: Collection[int]) -> None:
    if role_id in own_roles:
        raise Conflict(t("You already have the role <@&{role}>.", role=str(role_id)))
    if count != 1:
        raise UserError(t("You only need one: it gives you a role. To buy one for someone else, use `/shop gift`."))
    await role_orders.expect_none(guild_id, user_id, role_id)
