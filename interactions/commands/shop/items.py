"""/economy item: managing the shop's items."""

from collections.abc import Sequence
from typing import Annotated, Any

from discord_api import current
from discord_api.markdown import plain
from discord_api.permissions import Permissions
from interactions.commands.shop import choices
from interactions.commands.shop.wording import does, offered
from interactions.components import component
from interactions.context import Context, Role
from interactions.declare import Option, command, group
from interactions.kept_forms import filled, kept, refilled, typed
from interactions.responses import Button, Card, Field, Modal, Reply, Style, update, whisper
from interactions.ui import GREEN, GREY
from locales import Text, join, t
from models import Effect
from services.core.errors import UserError
from services.economy import rules
from services.shop import catalog, item_roles, items
from services.shop.item import FIELDS, ItemField, Ware
from services.shop.items import Form

ADMIN = Permissions.MANAGE_GUILD
ENDLESS = "any"  # unlimited stock, in a path

group("economy item", "Manage what the shop sells")


async def _check_role(ctx: Context, role_id: int, **_others: object) -> None:
    """Check the role with Discord before the transaction, so that none waits for Discord."""
    if role_id:
        roles = ctx.member.roles
        await item_roles.check(current.client(), ctx.guild_id, role_id, admin_id=ctx.member.id, admin_roles=roles)


def _accept_role(ctx: Context) -> None:
    if ctx.refusal:
        raise ctx.refusal


@command("economy item create", "Add an item to the shop", requires=ADMIN)
async def create(
    ctx: Context,
    role: Annotated[Role | None, Option("Gives this role")] = None,
    streak_saver: Annotated[bool, Option("Keeps a daily streak going when a day is missed")] = False,
) -> Modal:
    if role and streak_saver:
        raise UserError(t("An item can give a role or save a streak, but not both."))
    effect = Effect.ROLE if role else Effect.STREAK_SAVER if streak_saver else Effect.NONE
    return _new(_fields(), effect, role.id if role else 0)


@component(
    "/economy/items/new/{effect}/{role_id:int}",
    of="economy item create",
    requires=ADMIN,
    ephemeral=True,
    writes=True,
    asks=_check_role,
)
async def create_form(ctx: Context, effect: Effect, role_id: int) -> Reply:
    values = typed(ctx, _fields())
    try:
        _accept_role(ctx)
        form = Form(values, ctx.locale)
        made = await items.create(ctx.guild_id, ctx.actor, form, effect, role_id or None)
    except UserError as error:
        # Handled here, because dispatch would lose the typed text.
        retry = Button(t("Try again"), create_again, {"effect": effect, "role_id": role_id}, Style.PRIMARY)
        return kept(ctx, error.text, _fields(), values, retry)
    return await _done(ctx, t("On sale"), made)


@component("/economy/items/new/{effect}/{role_id:int}/again", of="economy item create", requires=ADMIN)
async def create_again(ctx: Context, effect: Effect, role_id: int) -> Modal:
    return _new(refilled(ctx, _fields()), effect, role_id)


@command("economy item edit", "Change an item in the shop", requires=ADMIN)
async def edit(
    ctx: Context,
    item: Annotated[str, Option("What", min=1, max=100, autocomplete=choices.sold)],
    role: Annotated[Role | None, Option("Give this role instead")] = None,
) -> Modal:
    chosen = await choices.read_sold(ctx, item)
    ware = await catalog.find(ctx.guild_id, chosen.item_id)
    fields = [filled(field, FIELDS[field.name].typed(getattr(ware, field.name))) for field in _fields()]
    return _change(fields, ware.id, role.id if role else 0, FIELDS["stock"].typed(ware.stock) or ENDLESS)


@component(
    "/economy/items/{item_id:int}/{role_id:int}/{stock}",
    of="economy item edit",
    requires=ADMIN,
    ephemeral=True,
    writes=True,
    asks=_check_role,
)
async def edit_form(ctx: Context, item_id: int, role_id: int, stock: str) -> Reply:
    values = typed(ctx, _fields())
    shown = None if stock == ENDLESS else int(stock)
    try:
        _accept_role(ctx)
        before, after = await items.change(
            ctx.guild_id, ctx.actor, item_id, Form(values, ctx.locale), shown, role_id or None
        )
    except UserError as error:
        params = {"item_id": item_id, "role_id": role_id, "stock": stock}
        return kept(ctx, error.text, _fields(), values, Button(t("Try again"), edit_again, params, Style.PRIMARY))
    return await _done(ctx, t("Saved"), after, *_diff(before, after))


@component("/economy/items/{item_id:int}/{role_id:int}/{stock}/again", of="economy item edit", requires=ADMIN)
async def edit_again(ctx: Context, item_id: int, role_id: int, stock: str) -> Modal:
    return _change(refilled(ctx, _fields()), item_id, role_id, stock)


@command(
    "economy item archive",
    "Stop selling an item; members who have one keep it",
    requires=ADMIN,
    ephemeral=True,
    writes=True,
)
async def archive(
    ctx: Context, item: Annotated[str, Option("What", min=1, max=100, autocomplete=choices.sold)]
) -> Reply:
    chosen = await choices.read_sold(ctx, item)
    gone = await items.archive(ctx.guild_id, ctx.actor, chosen.item_id)
    text = t("**{item}** is no longer on sale. Members who have one can keep and use it.", item=plain(gone.name))
    return whisper(Card(t("Archived"), [text], accent=GREY))


def _fields() -> list[Field]:
    return [
        Field(
            name,
            field.label,
            description=field.help,
            required=field.required,
            min_length=int(field.required),
            max_length=field.longest,
            long=field.kind == "paragraph",
        )
        for name, field in FIELDS.items()
    ]


def _new(fields: Sequence[Field], effect: Effect, role_id: int) -> Modal:
    return Modal(t("New item"), create_form, fields, {"effect": effect.value, "role_id": role_id})


def _change(fields: Sequence[Field], item_id: int, role_id: int, stock: str) -> Modal:
    return Modal(t("Edit item"), edit_form, fields, {"item_id": item_id, "role_id": role_id, "stock": stock})


async def _done(ctx: Context, title: Text, ware: Ware, *changes: Text) -> Reply:
    symbol = (await rules.of(ctx.guild_id)).symbol
    card = Card(title, [offered(ware, symbol), *([join(changes)] if changes else []), does(ware)], accent=GREEN)
    return update(card) if ctx.message else whisper(card)


def _diff(before: Ware, after: Ware) -> list[Text]:
    facts: list[tuple[Text, Any, Any]] = [
        (field.label, _shown(field, getattr(before, name)), _shown(field, getattr(after, name)))
        for name, field in FIELDS.items()
    ]
    facts.append((t("Effect"), does(before), does(after)))
    changed = [
        t("{label}: {before} → **{after}**", label=label, before=old, after=new)
        for label, old, new in facts
        if old != new
    ]
    return changed or [t("Nothing changed.")]


def _shown(field: ItemField, value: Any) -> Any:
    if value in (None, ""):
        return field.absent
    return plain(value) if isinstance(value, str) else value
