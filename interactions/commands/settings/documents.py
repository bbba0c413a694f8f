"""/config export, plan and apply: settings as a document for git or another server."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from discord_api.permissions import Permissions
from interactions.commands.settings import choices
from interactions.commands.settings.config import saved
from interactions.commands.settings.wording import change_lines
from interactions.components import component
from interactions.context import Context
from interactions.declare import Option, command
from interactions.kept_forms import kept, refilled, typed
from interactions.responses import Button, Card, Field, Modal, Reply, Style, update, whisper
from interactions.ui import AMBER, GREY, confirm_row
from locales import join, t
from services.core import plans
from services.core.errors import UserError
from services.settings import documents
from services.settings.documents import Document, Plan
from services.settings.typed import mapped

ADMIN = Permissions.MANAGE_GUILD
ACTION = "settings.apply"
# They have to fit into one message together with any errors.
LONGEST_DOCUMENT, LONGEST_MAPPING = 2400, 600


@command("config export", "Export all settings as a document", requires=ADMIN, ephemeral=True)
async def export(
    ctx: Context,
    module: Annotated[str, Option("Only this group of settings", max=32, autocomplete=choices.modules)] = "",
) -> Reply:
    names = [module.strip().lower()] if module.strip() else []
    text = documents.text(await documents.export(ctx.guild_id, names))
    if len(text) > LONGEST_DOCUMENT:
        raise UserError(t("That is too long for one message. Export one group at a time."))
    footer = t("`/config plan` shows what this document would change, here or in another server")
    return whisper(Card(t("This server's settings"), [f"```yaml\n{text}```"], footer))


@command("config plan", "Preview what a settings document would change", requires=ADMIN)
async def plan(ctx: Context) -> Modal:
    return Modal(t("Preview a document"), planned, _plan_fields())


async def _ids_in_form(ctx: Context) -> None:
    values = typed(ctx, _plan_fields())
    await documents.look_up(ctx.guild_id, documents.read(values["document"]), mapped(values["mapping"]))


@component("/config/plan/form", requires=ADMIN, ephemeral=True, writes=True, asks=_ids_in_form)
async def planned(ctx: Context) -> Reply:
    values = typed(ctx, _plan_fields())
    try:
        document, ids = documents.read(values["document"]), mapped(values["mapping"])
        made = await documents.plan(ctx.guild_id, document, ids)
    except UserError as error:
        # Handled here, because dispatch would lose the typed text.
        return kept(ctx, error.text, _plan_fields(), values, Button(t("Try again"), plan_again, style=Style.PRIMARY))
    return await _shown(ctx, document, ids, made)


@component("/config/plan/form/again", requires=ADMIN)
async def plan_again(ctx: Context) -> Modal:
    return Modal(t("Preview a document"), planned, refilled(ctx, _plan_fields()))


async def _ids_planned(ctx: Context, plan_id: int) -> None:
    stored = await plans.look(ctx.guild_id, plan_id, ctx.member.id, ACTION)
    await documents.look_up(ctx.guild_id, documents.read(stored["document"]), _mapped(stored))


@component("/config/plan/{plan_id:int}", requires=ADMIN, writes=True, asks=_ids_planned)
async def confirm(ctx: Context, plan_id: int) -> Reply:
    stored = await plans.take(ctx.guild_id, plan_id, ctx.member.id, ACTION)
    made = await documents.apply(
        ctx.guild_id,
        ctx.member.id,
        documents.read(stored["document"]),
        stored["digest"],
        _mapped(stored),
        request_id=ctx.request_id,
    )
    return update(saved(made))


@component("/config/plan/{plan_id:int}/cancel", requires=ADMIN, writes=True)
async def cancel(ctx: Context, plan_id: int) -> Reply:
    await plans.take(ctx.guild_id, plan_id, ctx.member.id, ACTION)
    return update(Card(t("Nothing was changed"), accent=GREY))


@command("config apply", "Apply a plan by its code", requires=ADMIN)
async def apply(ctx: Context) -> Modal:
    return Modal(t("Apply a document"), applied, _apply_fields())


@component("/config/apply/form", requires=ADMIN, ephemeral=True, writes=True, asks=_ids_in_form)
async def applied(ctx: Context) -> Reply:
    values = typed(ctx, _apply_fields())
    try:
        made = await documents.apply(
            ctx.guild_id,
            ctx.member.id,
            documents.read(values["document"]),
            values["mark"].strip().strip("`").lower(),
            mapped(values["mapping"]),
            request_id=ctx.request_id,
        )
    except UserError as error:
        return kept(ctx, error.text, _apply_fields(), values, Button(t("Try again"), apply_again, style=Style.PRIMARY))
    return update(saved(made)) if ctx.message else whisper(saved(made))


@component("/config/apply/form/again", requires=ADMIN)
async def apply_again(ctx: Context) -> Modal:
    return Modal(t("Apply a document"), applied, refilled(ctx, _apply_fields()))


def _mapped(stored: Mapping[str, Any]) -> dict[int, int | None]:
    return {int(there): here for there, here in stored["mapped"].items()}


async def _shown(ctx: Context, document: Document, ids: Mapping[int, int | None], made: Plan) -> Reply:
    """A plan's changes, with a button that applies exactly these."""
    if not made.changes:
        card = Card(t("Nothing would change"), [t("The settings already have these values.")])
        return update(card) if ctx.message else whisper(card)
    details = {
        "document": document.model_dump(mode="json", by_alias=True),
        "mapped": {str(there): here for there, here in ids.items()},
        "digest": made.digest,
    }
    params = {"plan_id": await plans.keep(ctx.guild_id, ctx.member.id, ACTION, details)}
    buttons = confirm_row(Button(t("Apply"), confirm, params, Style.SUCCESS), cancel, params)
    footer = t("Valid for 15 minutes, or until something changes · code `{mark}`", mark=made.digest)
    card = Card(t("What would change"), [join(change_lines(made.changes))], footer, AMBER)
    return update(card, buttons) if ctx.message else whisper(card, buttons)


def _plan_fields() -> Sequence[Field]:
    return [
        Field(
            "document",
            t("Document"),
            description=t("The text from /config export, with your changes"),
            placeholder="schema: 1\nsettings:\n  economy:\n    daily: 250",
            min_length=1,
            max_length=LONGEST_DOCUMENT,
            long=True,
        ),
        Field(
            "mapping",
            t("Roles and channels"),
            description=t("Only for a document from another server, one per line: id there = id here"),
            placeholder="123 = 456",
            required=False,
            max_length=LONGEST_MAPPING,
            long=True,
        ),
    ]


def _apply_fields() -> Sequence[Field]:
    mark = Field("mark", t("The plan's code"), min_length=1, max_length=40)
    return [*_plan_fields(), mark]
