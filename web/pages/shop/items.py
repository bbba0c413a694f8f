"""/servers/{id}/shop: the shop's items; admins add, change and archive them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import StringConstraints, create_model
from starlette.responses import Response

from discord_api import current
from locales import Text, t
from models import Effect
from services import directory
from services.core.amounts import UnclearAmount
from services.core.errors import UserError
from services.economy import rules
from services.identity import live_members
from services.identity.authority import Role
from services.shop import catalog, item_roles, items
from services.shop.item import FIELDS, Ware
from services.shop.item_roles import UnfitRole
from web.frame.forms import EMPTY, F, Form, Key, SubmittedForm, once, read_form
from web.frame.page import Visit, page
from web.rendering import show as shown

SIZE = 48  # items per page

EFFECTS: Mapping[str, Text] = {
    Effect.NONE.value: t("Collectible"),
    Effect.STREAK_SAVER.value: t("Protects a daily streak for one missed day"),
    Effect.ROLE.value: t("Gives a role"),
}
_DONE: Mapping[str, Text] = {
    "added": t("Item added to the shop."),
    "changed": t("Saved."),
    "archived": t("Item archived. Members who own it keep it."),
}

RoleId = Annotated[str, StringConstraints(pattern="^([1-9][0-9]{0,18})?$")]


class _NewItem(Form):
    """The form for a new item."""

    key: Key
    role_id: RoleId = ""
    effect: Effect = Effect.NONE


class _ChangedItem(Form):
    """The form for a changed item; `stock_seen` tells an edited stock from an untouched one."""

    key: Key
    role_id: RoleId = ""
    stock_seen: Annotated[str, StringConstraints(max_length=12)] = ""


def _written(form: type[F]) -> type[F]:
    """The form with a text for every field of an item."""
    texts: dict[str, Any] = {
        name: (
            Annotated[str, StringConstraints(min_length=int(field.required), max_length=field.longest)],
            ... if field.required else "",
        )
        for name, field in FIELDS.items()
    }
    return create_model(form.__name__, __base__=form, **texts)


NewItem, ChangedItem = _written(_NewItem), _written(_ChangedItem)


class ArchiveForm(Form):
    """The form to archive an item."""

    key: Key


@dataclass(frozen=True, slots=True)
class _Item:
    """A valid form's values for services.shop.items."""

    form: items.Form
    role_id: int | None


@page
async def index(visit: Visit) -> Response:
    """Items for sale, oldest first; admins can include archived ones."""
    archived = visit.role >= Role.ADMIN and visit.query("archived") == "1"
    after = visit.number("after") or 0
    found = await catalog.listed(visit.guild_id, archived=archived, after=after, limit=SIZE + 1)
    listed = found[:SIZE]
    here = f"/servers/{visit.guild_id}/shop{'?archived=1' if archived else ''}"
    return shown(
        visit,
        "shop/index.html",
        items=listed,
        archived=archived,
        first=here if after else None,
        older=f"{here}{'&' if archived else '?'}after={listed[-1].id}" if len(found) > SIZE else None,
        effects=EFFECTS,
        roles=await _roles(visit, listed),
        symbol=(await rules.of(visit.guild_id)).symbol,
        done=_DONE.get(visit.query("done")),
    )


@page
async def new(visit: Visit) -> Response:
    """An empty form."""
    return await _form(visit, None)


@page
async def create(visit: Visit) -> Response:
    """Add an item, once per form."""
    filled = await read_form(visit, NewItem)
    form = filled.form
    if form is None:
        return await _form(visit, None, filled)
    try:
        if (form.effect is Effect.ROLE) != bool(form.role_id):
            raise UnfitRole(t("Choose a role if the item gives one; otherwise leave it empty."))
        item = await _checked(visit, form)

        async def effect(_key: str) -> str:
            await items.create(visit.guild_id, visit.actor, item.form, form.effect, item.role_id)
            return f"/servers/{visit.guild_id}/shop?done=added"

        return await once(visit, form.key, "shop.create", effect)
    except UserError as refused:
        return await _form(visit, None, _wrong(filled, refused), refused)


@page
async def edit(visit: Visit) -> Response:
    """One item's form."""
    return await _form(visit, await catalog.find(visit.guild_id, visit.path("item_id")))


@page
async def change(visit: Visit) -> Response:
    """Change an item; an unedited stock keeps counting down meanwhile."""
    item_id = visit.path("item_id")
    ware = await catalog.find(visit.guild_id, item_id)
    filled = await read_form(visit, ChangedItem)
    form = filled.form
    if form is None:
        return await _form(visit, ware, filled)
    seen = int(form.stock_seen) if form.stock_seen.isascii() and form.stock_seen.isdecimal() else None
    try:
        item = await _checked(visit, form, known=ware.role_id)

        async def effect(_key: str) -> str:
            await items.change(visit.guild_id, visit.actor, item_id, item.form, seen, item.role_id)
            return f"/servers/{visit.guild_id}/shop?done=changed"

        return await once(visit, form.key, "shop.change", effect)
    except UserError as refused:
        return await _form(visit, ware, _wrong(filled, refused), refused)


@page
async def archive(visit: Visit) -> Response:
    """Archive an item; owners keep theirs."""
    item_id = visit.path("item_id")
    filled = await read_form(visit, ArchiveForm)
    form = filled.form
    if form is None:
        return await _form(visit, await catalog.find(visit.guild_id, item_id), filled)

    async def effect(_key: str) -> str:
        await items.archive(visit.guild_id, visit.actor, item_id)
        return f"/servers/{visit.guild_id}/shop?done=archived"

    try:
        return await once(visit, form.key, "shop.archive", effect)
    except UserError as refused:
        return await _form(visit, await catalog.find(visit.guild_id, item_id), _wrong(filled, refused), refused)


async def _checked(visit: Visit, form: _NewItem | _ChangedItem, known: int | None = None) -> _Item:
    """The typed values with a checked role; Discord is asked before any transaction begins.

    The item's current role is kept even if it could no longer be chosen.
    """
    written = items.Form({name: getattr(form, name) for name in FIELDS}, visit.locale)
    await written.read(visit.guild_id)
    role_id = int(form.role_id) if form.role_id else None
    if role_id is not None and role_id != known:
        held = await live_members.roles(visit.guild_id, visit.user_id)
        client, seller = current.client(), visit.user_id
        await item_roles.check(client, visit.guild_id, role_id, admin_id=seller, admin_roles=held)
    return _Item(written, role_id)


async def _form(
    visit: Visit, ware: Ware | None, filled: SubmittedForm[Any] = EMPTY, refused: UserError | None = None
) -> Response:
    stored = _stored(ware) if ware else {"effect": Effect.NONE.value}
    return shown(
        visit,
        "shop/form.html",
        status_code=filled.status(refused),
        ware=ware,
        typed={**stored, **filled.typed},
        errors=filled.errors,
        fields=FIELDS,
        effects=EFFECTS,
        places=await directory.places(visit.guild_id),
    )


def _wrong(filled: SubmittedForm[Any], refused: UserError) -> SubmittedForm[Any]:
    """The form with the refusal beside its field, or above the form."""
    field = {UnclearAmount: "price", UnfitRole: "role_id"}.get(type(refused), "")
    return SubmittedForm(None, {field: refused.text}, filled.typed)


def _stored(ware: Ware) -> dict[str, str]:
    written = {name: field.typed(getattr(ware, name)) for name, field in FIELDS.items()}
    return {
        **written,
        "stock_seen": written["stock"],
        "effect": ware.effect.value,
        "role_id": str(ware.role_id or ""),
    }


async def _roles(visit: Visit, listed: list[Ware]) -> Mapping[int, str]:
    """Names of roles for sale; Discord is asked only if there are any."""
    return (await directory.places(visit.guild_id)).roles if any(one.role_id for one in listed) else {}
