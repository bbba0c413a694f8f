"""Items of a server's shop."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, Field, model_validator

from discord_api import current
from models import Effect
from services.core.amounts import LARGEST
from services.identity import live_members
from services.shop import catalog, item_roles
from services.shop import items as item_admin
from services.shop.item import FIELDS, LARGEST_STOCK, LONGEST_DESCRIPTION, LONGEST_NAME, Ware
from services.shop.items import Form
from web.frame.endpoint import Answer, Call, Operation, endpoint
from web.frame.types import Body, Id, IdIn, Number, Page, Reply

_UNSEEN = -1  # matches no stock, so the stock that is sent replaces it


class ItemPage(Page):
    """A page of shop items."""

    after: str | None = Field(None, pattern="^[1-9][0-9]{0,17}$", description="`next` of the previous page")
    archived: bool = Field(False, description="Include archived items")


class _Written(BaseModel):
    """What admins write, as it is sent and as it is answered."""

    name: str = Field(min_length=1, max_length=LONGEST_NAME, examples=["Golden anchor"])
    description: str = Field("", max_length=LONGEST_DESCRIPTION, examples=["Shines on your profile"])
    price: int = Field(ge=1, le=LARGEST, examples=[500])
    stock: int | None = Field(None, ge=0, le=LARGEST_STOCK, description="Null for unlimited", examples=[20])


class _Wanted(_Written, Body):
    role_id: IdIn | None = Field(None, description="The role the item gives when used", examples=[None])


class NewItem(_Wanted):
    """An item to add to the shop."""

    effect: Effect = Field(Effect.NONE, strict=False, description="What the item does when used", examples=["none"])

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if (self.effect is Effect.ROLE) != (self.role_id is not None):
            raise ValueError("an item has a `role_id` if, and only if, its effect is `role`")
        return self


class ChangedItem(_Wanted):
    """New values of an item; its effect stays, and so does its role if `role_id` is null."""

    stock_seen: int | None = Field(
        None,
        ge=0,
        le=LARGEST_STOCK,
        description="The stock you read: if `stock` equals it, sales since then still count; otherwise `stock` is set",
        examples=[20],
    )


class Item(_Written, Reply):
    """A shop item, for sale or archived."""

    id: Number
    effect: Effect
    role_id: Id | None
    archived: bool


class Items(Reply):
    """A page of items, oldest first."""

    items: list[Item]
    next: str | None = Field(description="Pass it as `after` for the next page; null on the last one")


async def _fit(call: Call, body: NewItem | ChangedItem) -> None:
    """Check that the role may be sold, and that the seller ranks above it."""
    if body.role_id is not None:
        held = await live_members.roles(call.guild_id, call.caller.user_id)
        client, seller = current.client(), call.caller.user_id
        await item_roles.check(client, call.guild_id, body.role_id, admin_id=seller, admin_roles=held)


@endpoint(Operation("List shop items", tag="shop", query=ItemPage, reply=Items))
async def index(call: Call, query: ItemPage) -> Items:
    """Items for sale, and archived ones on request."""
    after = int(query.after or 0)
    found = await catalog.listed(call.guild_id, archived=query.archived, after=after, limit=query.limit + 1)
    shown = [_item(ware) for ware in found[: query.limit]]
    return Items(items=shown, next=str(shown[-1].id) if len(found) > query.limit else None)


@endpoint(Operation("Get an item", tag="shop", reply=Item))
async def show(call: Call, item_id: int) -> Item:
    """One item, for sale or archived."""
    return _item(await catalog.find(call.guild_id, item_id))


@endpoint(Operation("Add an item", tag="shop", body=NewItem, reply=Item, status=201, errors=(409,), asks=_fit))
async def create(call: Call, body: NewItem) -> Answer:
    """A new item with a name no other item has."""
    made = await item_admin.create(call.guild_id, call.actor, _form(body), body.effect, body.role_id)
    return Answer(_item(made), location=f"/api/v1/guilds/{call.guild_id}/shop/items/{made.id}")


@endpoint(Operation("Update an item", tag="shop", body=ChangedItem, reply=Item, errors=(409,), asks=_fit))
async def change(call: Call, body: ChangedItem, item_id: int) -> Item:
    """Name, description, price, stock and, for a role item, the role."""
    seen = body.stock_seen if "stock_seen" in body.model_fields_set else _UNSEEN
    _, after = await item_admin.change(call.guild_id, call.actor, item_id, _form(body), seen, body.role_id)
    return _item(after)


@endpoint(Operation("Archive an item", tag="shop", errors=(409,)))
async def archive(call: Call, item_id: int) -> None:
    """Stop selling it; members who own it keep it and can use it."""
    await item_admin.archive(call.guild_id, call.actor, item_id)


def _form(body: _Wanted) -> Form:
    return Form({name: field.typed(getattr(body, name)) for name, field in FIELDS.items()})


def _item(ware: Ware) -> Item:
    return Item.model_validate({name: getattr(ware, name) for name in Item.model_fields})
