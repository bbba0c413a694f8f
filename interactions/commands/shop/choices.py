"""Items as option values: suggested while typing, and read back with the suggested price."""

from __future__ import annotations

import re
from dataclasses import dataclass

from interactions.commands.shop.wording import left
from interactions.context import Context
from interactions.responses import Choice
from locales import Text, t
from services.economy import rules
from services.shop import catalog, inventory
from services.shop.inventory import OwnedItem
from services.shop.item import Ware

_SOLD = re.compile(r"#(\d{1,18})@(\d{1,13})", re.ASCII)
_OWNED = re.compile(r"#(\d{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A chosen item, and the price shown beside it, if any."""

    item_id: int
    price: int | None


async def sold(ctx: Context, typed: str) -> list[Choice]:
    """Suggest items for sale, with prices."""
    symbol = (await rules.of(ctx.guild_id)).symbol
    return [Choice(_priced(ware, symbol), chosen(ware)) for ware in await catalog.search(ctx.guild_id, typed.strip())]


async def owned(ctx: Context, typed: str) -> list[Choice]:
    """Suggest items the member owns."""
    found = await inventory.search(ctx.guild_id, ctx.member.id, typed.strip())
    return [Choice(t("{item} × {count}", item=one.name, count=one.quantity), f"#{one.id}") for one in found]


def chosen(ware: Ware) -> str:
    """An item with its price as the value of a suggestion or menu entry."""
    return f"#{ware.id}@{ware.price}"


async def read_sold(ctx: Context, value: str) -> Chosen:
    """The chosen item, or one typed by name, for which no price was shown."""
    if found := _SOLD.fullmatch(value.strip()):
        return Chosen(int(found[1]), int(found[2]))
    return Chosen((await catalog.named(ctx.guild_id, value.strip())).id, None)


async def read_owned(ctx: Context, value: str) -> OwnedItem:
    """The chosen item, or one typed by name."""
    found = _OWNED.fullmatch(value.strip())
    return await inventory.find(ctx.guild_id, ctx.member.id, int(found[1]) if found else value.strip())


def _priced(ware: Ware, symbol: str) -> Text:
    words = {"item": ware.name, "price": ware.price, "symbol": symbol}
    if ware.stock is None:
        return t("{item} · {price} {symbol}", **words)
    return t("{item} · {price} {symbol} · {left}", **words, left=left(ware))
