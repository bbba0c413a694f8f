"""Members' inventories."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from locales import t
from models import Effect
from services.core.actors import Person
from services.core.errors import Conflict, NotFound
from services.core.transactions import fetch, rows, select, transaction
from services.economy.payments import WrongParty
from services.shop.item import Ware

SIZE = 10  # items on a page

_USE_ONE = """
UPDATE user_inventory SET quantity = quantity - 1
 WHERE id = (SELECT v.id FROM user_inventory v JOIN shop_items i ON i.guild_id = v.guild_id AND i.id = v.item_id
              WHERE v.guild_id = $1 AND v.user_id = $2 AND v.item_type = 'shop' AND i.effect = $3 AND v.quantity > 0
              ORDER BY v.id LIMIT 1 FOR UPDATE OF v)
RETURNING id"""
_OWNED = (
    select(Ware, "i")
    + """, v.quantity
  FROM user_inventory v JOIN shop_items i ON i.guild_id = v.guild_id AND i.id = v.item_id
 WHERE v.guild_id = $1 AND v.user_id = $2 AND v.item_type = 'shop' AND v.quantity > 0"""
)
_PAGE = _OWNED + " ORDER BY lower(i.name), i.id LIMIT $3 OFFSET $4"
_LISTED = _OWNED + " AND i.id > $3 ORDER BY i.id LIMIT $4"
_SEARCH = (
    _OWNED
    + """
   AND position(lower($3) in lower(i.name)) > 0 ORDER BY position(lower($3) in lower(i.name)), lower(i.name) LIMIT 25"""
)
_FIND = _OWNED + " AND i.id = $3"
_NAMED = _OWNED + " AND lower(i.name) = lower($3) ORDER BY i.archived_at NULLS FIRST, i.id LIMIT 1"
_COUNT = """
SELECT count(*)::int AS things FROM user_inventory
 WHERE guild_id = $1 AND user_id = $2 AND item_type = 'shop' AND quantity > 0"""
# In order of owner, so that two people giving each other something can't deadlock.
_LOCK = """
SELECT id FROM user_inventory WHERE guild_id = $1 AND user_id = ANY ($2) AND item_type = 'shop' AND item_id = $3
 ORDER BY user_id FOR UPDATE"""
_TAKE = """
UPDATE user_inventory SET quantity = quantity - $4
 WHERE guild_id = $1 AND user_id = $2 AND item_type = 'shop' AND item_id = $3 AND quantity >= $4
RETURNING quantity"""
_ADD = """
INSERT INTO user_inventory (guild_id, user_id, item_type, item_id, quantity) VALUES ($1, $2, 'shop', $3, $4)
ON CONFLICT (guild_id, user_id, item_type, item_id)
DO UPDATE SET quantity = user_inventory.quantity + excluded.quantity"""


@dataclass(frozen=True, slots=True)
class OwnedItem(Ware):
    """A number of one item."""

    quantity: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a member's inventory."""

    things: Sequence[OwnedItem]
    number: int
    pages: int


async def page(guild_id: int, user_id: int, number: int) -> Page:
    """A page of a member's inventory, by name; the last page if `number` is beyond it."""
    (counted,) = await rows(_COUNT, guild_id, user_id)
    pages = max(1, -(-counted["things"] // SIZE))
    number = min(max(1, number), pages)
    found = await fetch(OwnedItem, _PAGE, guild_id, user_id, SIZE, (number - 1) * SIZE)
    return Page(found, number, pages)


async def listed(guild_id: int, user_id: int, *, after: int = 0, limit: int = 50) -> list[OwnedItem]:
    """A member's inventory, in order of item creation."""
    return await fetch(OwnedItem, _LISTED, guild_id, user_id, after, limit)


async def search(guild_id: int, user_id: int, typed: str) -> list[OwnedItem]:
    """Up to 25 owned items whose name contains `typed`."""
    return await fetch(OwnedItem, _SEARCH, guild_id, user_id, typed)


async def find(guild_id: int, user_id: int, wanted: int | str) -> OwnedItem:
    """An owned item, by id or name."""
    found = await fetch(OwnedItem, _FIND if isinstance(wanted, int) else _NAMED, guild_id, user_id, wanted)
    if not found:
        raise NotFound(t("You have no item with that name. See what you have with `/inventory view`."))
    return found[0]


async def gift(guild_id: int, giver: Person, receiver: Person, item_id: int, count: int) -> OwnedItem:
    """Give items to another member; returns what the giver has left."""
    check_receiver(giver, receiver)
    async with transaction():
        await rows(_LOCK, guild_id, [giver.id, receiver.id], item_id)
        owned = await find(guild_id, giver.id, item_id)
        left = await take(guild_id, giver.id, owned, count)
        await add(guild_id, receiver.id, item_id, count)
    return replace(owned, quantity=left)


def check_receiver(giver: Person, receiver: Person) -> None:
    """Refuse gifts to oneself, to bots, and to people who are not in the server."""
    if giver.id == receiver.id:
        raise WrongParty(t("You can't give an item to yourself."))
    if receiver.bot:
        raise WrongParty(t("You can't give items to bots."))
    if not receiver.in_guild:
        raise WrongParty(t("That person isn't in this server."))


async def take(guild_id: int, user_id: int, owned: OwnedItem, count: int) -> int:
    """Take items from a member in the current transaction; returns how many are left."""
    if count < 1:
        raise Conflict(t("The quantity must be 1 or more."))
    taken = await rows(_TAKE, guild_id, user_id, owned.id, count)
    if not taken:
        raise Conflict(t("You only have {has} of those.", has=owned.quantity))
    return int(taken[0]["quantity"])


async def add(guild_id: int, user_id: int, item_id: int, count: int) -> None:
    """Add items to a member in the current transaction; the caller has taken them from somewhere."""
    await rows(_ADD, guild_id, user_id, item_id, count)


async def use_streak_saver(guild_id: int, user_id: int) -> bool:
    """Use up one streak saver in the current transaction; False if the member owns none."""
    return bool(await rows(_USE_ONE, guild_id, user_id, Effect.STREAK_SAVER.value))
