"""/case edit, note, duration, void and reopen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

from interactions.commands.moderation import choices
from interactions.commands.moderation.card import card
from interactions.commands.moderation.case_choices import STAFF, Number, accept, channels, check_editor, editor
from interactions.components import component
from interactions.context import Context
from interactions.declare import Option, command
from interactions.kept_forms import kept, refilled, typed
from interactions.responses import Button, Field, Modal, Reply, Style, whisper
from locales import Text, command_name, t
from models.moderation import CaseKind
from services.core import durations, site_links
from services.core.errors import Conflict, UserError
from services.moderation import case_rights, cases, notes, punishments
from services.moderation.case import Case

LONGEST = 2000  # characters of a text in a form: one that is refused is shown whole, in a message of 4,000


class CaseForm(StrEnum):
    """A form about a case; its value is its command's last word."""

    EDIT = "edit"
    NOTE = "note"


def buttons(case: Case) -> list[Button]:
    """The forms as buttons; what a note says can't be changed."""
    forms = [form for form in CaseForm if form is not CaseForm.EDIT or case.action is not CaseKind.NOTE]
    return [Button(_LABELS[form], open_form, {"number": case.number, "form": form}) for form in forms]


@command("case edit", "Change the reason of a case", requires=STAFF)
async def edit(ctx: Context, number: Number) -> Modal:
    return await _opened(ctx, number, CaseForm.EDIT)


@component("/case/{number:int}/{form}", of="case", requires=STAFF, counts_as="case edit")
async def open_form(ctx: Context, number: int, form: CaseForm) -> Modal:
    return await _opened(ctx, number, form)


async def _may_submit(ctx: Context, number: int, form: CaseForm) -> None:
    await check_editor(ctx, number, f"case {form}")


@component(
    "/case/{number:int}/{form}/save",
    of="case",
    requires=STAFF,
    ephemeral=True,
    writes=True,
    asks=_may_submit,
    counts_as="case edit",
)
async def submit(ctx: Context, number: int, form: CaseForm) -> Reply:
    fields = [_field(form)]
    values = typed(ctx, fields)
    try:
        accept(ctx)
        return await _saved(ctx, number, form, values["text"].strip())
    except UserError as error:
        # Handled here, because dispatch would lose the typed text.
        again = Button(t("Try again"), reopen_form, {"number": number, "form": form}, Style.PRIMARY)
        return kept(ctx, error.text, fields, values, again)


@component("/case/{number:int}/{form}/again", of="case", requires=STAFF, counts_as="case edit")
async def reopen_form(ctx: Context, number: int, form: CaseForm) -> Modal:
    return _modal(number, form, refilled(ctx, [_field(form)]))


@command(
    "case note", "Add a private note to a case", requires=STAFF, ephemeral=True, writes=True, asks=editor("case note")
)
async def note(
    ctx: Context, number: Number, text: Annotated[str, Option("Only moderators can read it", min=1, max=LONGEST)]
) -> Reply:
    accept(ctx)
    return await _saved(ctx, number, CaseForm.NOTE, text.strip())


async def _may_move_end(ctx: Context, number: int, **_others: object) -> None:
    case = await cases.get(ctx.guild_id, number)
    await case_rights.check_new_end(case, ctx.member.id, command="case duration", channel_ids=channels(ctx))


@command(
    "case duration",
    "Change how long a case lasts, counted from when it was opened",
    requires=STAFF,
    ephemeral=True,
    writes=True,
    asks=_may_move_end,
)
async def duration(
    ctx: Context,
    number: Number,
    duration: Annotated[
        str, Option("For example 12h, 7d, or permanent", min=1, max=50, autocomplete=choices.duration_or_permanent)
    ],
) -> Reply:
    accept(ctx)
    case = await punishments.change_duration(ctx.guild_id, ctx.actor, number, durations.parse(duration))
    return whisper(card(case, t("Saved.")))


@command(
    "case void",
    "Make a case no longer count; it stays in the list",
    requires=STAFF,
    ephemeral=True,
    writes=True,
    asks=editor("case void"),
)
async def void(
    ctx: Context, number: Number, reason: Annotated[str, Option("Why it no longer counts", max=1000)] = ""
) -> Reply:
    accept(ctx)
    case = await cases.void(ctx.guild_id, ctx.actor, number, reason.strip())
    return whisper(card(case, *_still_in_force(case)))


@command(
    "case reopen",
    "Make a voided case count again",
    requires=STAFF,
    ephemeral=True,
    writes=True,
    asks=editor("case reopen"),
)
async def reopen(ctx: Context, number: Number) -> Reply:
    accept(ctx)
    return whisper(card(await cases.reopen(ctx.guild_id, ctx.actor, number)))


def _still_in_force(case: Case) -> list[Text]:
    """What voiding a case leaves in Discord, which moderators may not expect."""
    takes_back = _TAKES_BACK.get(case.action)
    if takes_back is None or case.failure is not None or case.ended_at is not None:
        return []
    return [t("It stays in force in Discord. To end it there, use `/{command}`.", command=command_name(takes_back))]


async def _opened(ctx: Context, number: int, form: CaseForm) -> Modal:
    """The form, for someone who may submit it: otherwise they would type in vain."""
    await check_editor(ctx, number, f"case {form}")
    if form is CaseForm.NOTE:
        return _modal(number, form, [_field(form)])
    case = await cases.get(ctx.guild_id, number)
    cases.check_editable(case)
    if len(case.reason) > LONGEST:
        address = site_links.page(f"/servers/{ctx.guild_id}/cases/{number}")
        raise Conflict(
            t("This reason is too long for a form here. Change it [on the dashboard](<{address}>).", address=address)
        )
    return _modal(number, form, [_field(form, case.reason)])


async def _saved(ctx: Context, number: int, form: CaseForm, text: str) -> Reply:
    if form is CaseForm.NOTE:
        case = await notes.add(ctx.guild_id, ctx.actor, number, text)
        return whisper(card(case, t("Note added.")))
    return whisper(card(await cases.edit_reason(ctx.guild_id, ctx.actor, number, text), t("Saved.")))


def _modal(number: int, form: CaseForm, fields: Sequence[Field]) -> Modal:
    title = t("Case #{number}", number=str(number))
    return Modal(title, submit, fields, {"number": number, "form": form})


def _field(form: CaseForm, value: str = "") -> Field:
    if form is CaseForm.NOTE:
        return Field("text", t("Note"), description=t("Only moderators can read it"), max_length=LONGEST, long=True)
    return Field("text", t("Reason"), value, required=False, max_length=LONGEST, long=True)


_TAKES_BACK = {CaseKind.TIMEOUT: "untimeout", CaseKind.BAN: "unban"}
_LABELS = {CaseForm.EDIT: t("Edit reason"), CaseForm.NOTE: t("Add a note")}
