"""Examples of what is sold."""

from __future__ import annotations

import itertools

from models import Effect
from playground.world.cast import HARBOUR, MANAGER
from services.core.actors import Actor
from services.core.transactions import rows
from services.shop import items
from tests.support.examples import Examples, Whose
from tests.support.wares import sell, typed_item
from tests.support.whole import Whole

_unused = itertools.count(1)


async def _item(whose: Whose) -> int:
    return (await sell(f"Rope {next(_unused)}", guild_id=whose.guild_id)).id


async def _name(_whose: Whose) -> str:
    return f"Thing {next(_unused)}"


async def _fill(_whole: Whole) -> None:
    anchor = typed_item("Golden anchor", "Shines", "500", "")
    await items.create(HARBOUR, Actor(MANAGER, "r"), anchor, Effect.NONE, None)


async def _write(guild_id: int, user_id: int, text: str) -> None:
    await rows(
        "INSERT INTO shop_items (guild_id, name, description, price, effect, created_at)"
        " VALUES ($1, $2, $3, 5, 'none', now())",
        guild_id, f"{text[:50]}{user_id % 1_000_000}", text[:300],
    )  # fmt: skip


EXAMPLES = Examples(
    in_paths={"item_id": _item},
    in_bodies={"name": _name},
    audited={
        "shop.create": ["economy.item.create"],
        "shop.change": ["economy.item.edit"],
        "shop.archive": ["economy.item.archive"],
    },
    pages=["/shop", "/shop/new", "/shop/1"],
    text_pages=["/shop"],
    fill=_fill,
    write=_write,
)
