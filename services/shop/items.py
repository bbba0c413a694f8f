"""Creating, changing and archiving shop items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from locales import SOURCE, t
from models import Effect, Item
from services.core import audit, clock
from services.core.actors import Actor
from services.core.errors import Conflict, UserError
from services.core.transactions import rows, transaction
from services.shop import catalog
from services.shop.item import FIELDS, Ware

MAX_ITEMS_ON_SALE = 500  # items per guild

# Names are checked and then written, so admins of one guild take turns.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('shop_items:' || $1::bigint, 0))"
_TAKEN = """
SELECT id FROM shop_items WHERE guild_id = $1 AND lower(name) = lower($2) AND archived_at IS NULL AND id <> $3"""


@dataclass(frozen=True, slots=True)
class Form:
    """An item as an admin typed it: texts for `catalog.FIELDS`, empty where there is none."""

    texts: Mapping[str, str]
    locale: str = SOURCE

    async def read(self, guild_id: int) -> dict[str, Any]:
        """Parse the texts; UserError for the first invalid one."""
        return {
            name: await field.read(guild_id, self.texts.get(name, ""), self.locale) for name, field in FIELDS.items()
        }


async def create(guild_id: int, actor: Actor, form: Form, effect: Effect, role_id: int | None) -> Ware:
    """Create an item; its role must have passed `item_roles.check`."""
    values = await form.read(guild_id)
    async with transaction():
        await _only(guild_id, values["name"], 0)
        if await Item.filter(guild_id=guild_id, archived_at=None).count() >= MAX_ITEMS_ON_SALE:
            raise Conflict(t("The shop is full: it can have at most {most} items.", most=MAX_ITEMS_ON_SALE))
        item = await Item.create(
            guild_id=guild_id, effect=effect.value, role_id=role_id, created_at=clock.now(), **values
        )
        made = await catalog.find(guild_id, item.id)
        await _record(guild_id, actor, "create", made, _facts(made))
    return made


async def change(
    guild_id: int, actor: Actor, item_id: int, form: Form, shown_stock: int | None, role_id: int | None
) -> tuple[Ware, Ware]:
    """Change an item and return it before and after; an unedited stock keeps counting down, role 0 keeps the role."""
    values = await form.read(guild_id)
    async with transaction():
        await _only(guild_id, values["name"], item_id)
        before = await catalog.find(guild_id, item_id, lock=True)
        if before.archived:
            raise Conflict(t("That item is archived."))
        if role_id and before.effect is not Effect.ROLE:
            raise UserError(t("That item doesn't give a role. Create a new item with `/economy item create`."))
        if values["stock"] == shown_stock:
            values["stock"] = before.stock
        values["role_id"] = role_id or before.role_id
        await Item.filter(guild_id=guild_id, id=item_id).update(**values)
        after = replace(before, **values)
        old, new = _facts(before), _facts(after)
        details = {name: [old[name], value] for name, value in new.items() if old[name] != value}
        await _record(guild_id, actor, "edit", after, details)
    return before, after


async def archive(guild_id: int, actor: Actor, item_id: int) -> Ware:
    """Stop selling an item; its owners can keep and use it."""
    async with transaction():
        ware = await catalog.find(guild_id, item_id, lock=True)
        if ware.archived:
            raise Conflict(t("That item is archived."))
        await Item.filter(guild_id=guild_id, id=item_id).update(archived_at=clock.now())
        await _record(guild_id, actor, "archive", ware, {})
    return ware


async def _only(guild_id: int, name: str, item_id: int) -> None:
    await rows(_ONE_AT_A_TIME, guild_id)
    if await rows(_TAKEN, guild_id, name, item_id):
        raise Conflict(t("The shop already has an item with that name."))


async def _record(guild_id: int, actor: Actor, act: str, ware: Ware, details: dict[str, Any]) -> None:
    await audit.record(guild_id, actor.id, f"economy.item.{act}", str(ware.id), details, actor.request_id)


def _facts(ware: Ware) -> dict[str, Any]:
    written = {name: getattr(ware, name) for name in FIELDS}
    return {**written, "effect": ware.effect.value, "role": ware.role_id}
