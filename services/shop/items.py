"""Creating, changing and archiving shop items."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from locales import SOURCE, t
from models import Effect
from services.core import amounts, audit
from services.core.actors import Actor
from services.core.amounts import UnclearAmount
from services.core.errors import Conflict, UserError
from services.core.transactions import rows, transaction
from services.economy import typed_amounts
from services.shop import catalog
from services.shop.catalog import Ware

LONGEST_NAME, LONGEST_DESCRIPTION = 60, 300
LARGEST_STOCK = 1_000_000
MOST = 500  # items on sale in one guild
_JOINER = "\u200d"  # zero-width joiner, as in emoji

# Names are checked and then written, so admins of one guild take turns.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtextextended('shop_items:' || $1::bigint, 0))"
_TAKEN = """
SELECT id FROM shop_items WHERE guild_id = $1 AND lower(name) = lower($2) AND archived_at IS NULL AND id <> $3"""
_COUNT = "SELECT count(*)::int AS items FROM shop_items WHERE guild_id = $1 AND archived_at IS NULL"
_CREATE = """
INSERT INTO shop_items (guild_id, name, description, price, stock, effect, role_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, now()) RETURNING id"""
_CHANGE = """
UPDATE shop_items SET name = $3, description = $4, price = $5, stock = $6, role_id = $7
 WHERE guild_id = $1 AND id = $2"""
_ARCHIVE = "UPDATE shop_items SET archived_at = now() WHERE guild_id = $1 AND id = $2"


@dataclass(frozen=True, slots=True)
class Form:
    """An item as an admin typed it."""

    name: str
    description: str
    price: str
    stock: str
    locale: str = SOURCE


@dataclass(frozen=True, slots=True)
class _Item:
    name: str
    description: str
    price: int
    stock: int | None


async def create(guild_id: int, actor: Actor, form: Form, effect: Effect, role_id: int | None) -> Ware:
    """Create an item; its role must have passed `item_roles.check`."""
    item = await _read(guild_id, form)
    async with transaction():
        await _only(guild_id, item.name, 0)
        (counted,) = await rows(_COUNT, guild_id)
        if counted["items"] >= MOST:
            raise Conflict(t("The shop is full: {most} items are the most.", most=MOST))
        values = (item.name, item.description, item.price, item.stock, effect.value, role_id)
        (row,) = await rows(_CREATE, guild_id, *values)
        made = await catalog.find(guild_id, row["id"])
        await _record(guild_id, actor, "create", made, _facts(made))
    return made


async def change(
    guild_id: int, actor: Actor, item_id: int, form: Form, shown_stock: int | None, role_id: int | None
) -> tuple[Ware, Ware]:
    """Change an item and return it before and after; an unedited stock keeps counting down, role 0 keeps the role."""
    item = await _read(guild_id, form)
    async with transaction():
        await _only(guild_id, item.name, item_id)
        before = await catalog.find(guild_id, item_id, lock=True)
        if before.archived:
            raise Conflict(t("That item is archived."))
        stock = before.stock if item.stock == shown_stock else item.stock
        if role_id and before.effect is not Effect.ROLE:
            raise UserError(t("That item gives no role. Make a new one with `/economy item create`."))
        role = role_id or before.role_id
        await rows(_CHANGE, guild_id, item_id, item.name, item.description, item.price, stock, role)
        after = replace(
            before, name=item.name, description=item.description, price=item.price, stock=stock, role_id=role
        )
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
        await rows(_ARCHIVE, guild_id, item_id)
        await _record(guild_id, actor, "archive", ware, {})
    return ware


async def _only(guild_id: int, name: str, item_id: int) -> None:
    await rows(_ONE_AT_A_TIME, guild_id)
    if await rows(_TAKEN, guild_id, name, item_id):
        raise Conflict(t("The shop has an item of that name already."))


async def _record(guild_id: int, actor: Actor, act: str, ware: Ware, details: dict[str, Any]) -> None:
    await audit.record(guild_id, actor.id, f"economy.item.{act}", str(ware.id), details, actor.request_id)


def _facts(ware: Ware) -> dict[str, Any]:
    return {
        "name": ware.name,
        "description": ware.description,
        "price": ware.price,
        "stock": ware.stock,
        "effect": ware.effect.value,
        "role": ware.role_id,
    }


async def _read(guild_id: int, form: Form) -> _Item:
    name, description = " ".join(form.name.split()), form.description.strip()
    if not (1 <= len(name) <= LONGEST_NAME and name.replace(_JOINER, "").isprintable()):
        raise UserError(t("The name must have between {least} and {most} characters.", least=1, most=LONGEST_NAME))
    if len(description) > LONGEST_DESCRIPTION:
        raise UserError(t("The description can have {most} characters at most.", most=LONGEST_DESCRIPTION))
    return _Item(name, description, await typed_amounts.whole(guild_id, form.price, form.locale), _stock(form))


def _stock(form: Form) -> int | None:
    word = form.stock.strip()
    if not word:
        return None
    try:
        stock = 0 if word == "0" else amounts.whole(word, form.locale)
    except UnclearAmount:
        stock = None
    if stock is None or stock > LARGEST_STOCK:
        raise UserError(t("The stock must be a number up to {most}, or empty for no end.", most=LARGEST_STOCK))
    return stock
