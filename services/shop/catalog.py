"""The items for sale in a guild."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from locales import t
from services.core.errors import NotFound
from services.core.transactions import fetch, rows, select
from services.economy import rules
from services.shop.item import Ware

SIZE = 8  # items on a page


_ITEMS = select(Ware, "i") + " FROM shop_items i WHERE i.guild_id = $1"
_FIND = _ITEMS + " AND i.id = $2"
_LOCK = _FIND + " FOR UPDATE"
_SOLD = _ITEMS + " AND i.archived_at IS NULL"
_NAMED = _SOLD + " AND lower(i.name) = lower($2)"
_PAGE = _SOLD + " ORDER BY i.price, i.id LIMIT $2 OFFSET $3"
_SEARCH = (
    _SOLD
    + """
   AND position(lower($2) in lower(i.name)) > 0 ORDER BY position(lower($2) in lower(i.name)), lower(i.name) LIMIT 25"""
)
_LISTED = _ITEMS + " AND ($2 OR i.archived_at IS NULL) AND i.id > $3 ORDER BY i.id LIMIT $4"
_COUNT = "SELECT count(*)::int AS items FROM shop_items WHERE guild_id = $1 AND archived_at IS NULL"


class NoSuchItem(NotFound):
    """The guild's shop has no such item."""


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """One page of a shop."""

    wares: Sequence[Ware]
    number: int
    pages: int
    symbol: str


async def shelf(guild_id: int, number: int) -> CatalogPage:
    """A page of items for sale, cheapest first; the last page if `number` is beyond it."""
    settings = await rules.of(guild_id)
    (counted,) = await rows(_COUNT, guild_id)
    pages = max(1, -(-counted["items"] // SIZE))
    number = min(max(1, number), pages)
    found = await fetch(Ware, _PAGE, guild_id, SIZE, (number - 1) * SIZE)
    return CatalogPage(found, number, pages, settings.symbol)


async def listed(guild_id: int, *, archived: bool = False, after: int = 0, limit: int = 50) -> list[Ware]:
    """Items in order of creation; with `archived`, also those no longer for sale."""
    return await fetch(Ware, _LISTED, guild_id, archived, after, limit)


async def search(guild_id: int, typed: str) -> list[Ware]:
    """Up to 25 items for sale whose name contains `typed`."""
    return await fetch(Ware, _SEARCH, guild_id, typed)


async def find(guild_id: int, item_id: int, *, lock: bool = False) -> Ware:
    """One item, for sale or archived; `lock` holds its row until the transaction ends."""
    found = await fetch(Ware, _LOCK if lock else _FIND, guild_id, item_id)
    if not found:
        raise NoSuchItem(t("That item doesn't exist in this server."))
    return found[0]


async def named(guild_id: int, name: str) -> Ware:
    """The item for sale under this name."""
    found = await fetch(Ware, _NAMED, guild_id, name)
    if not found:
        raise NoSuchItem(t("The shop has no item with that name. See what's on sale with `/shop view`."))
    return found[0]
