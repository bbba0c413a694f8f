"""The menu entries Warn…, Timeout…, and Note…: forms about a member, or about the author of a message."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum

from discord_api.permissions import Permissions
from interactions.commands.moderation import ordering, timeouts, warnings
from interactions.commands.moderation.checks import accepted, check
from interactions.commands.moderation.options import LONGEST_NOTE, LONGEST_REASON
from interactions.components import Component, component
from interactions.context import Context, Member, Message
from interactions.declare import menu
from interactions.kept_forms import kept, refilled, typed
from interactions.responses import Button, Field, Modal, Reply, Style
from locales import Text, t
from services.core import plans
from services.core.errors import UserError
from services.core.plans import NoPlan
from services.moderation import notes
from services.moderation.authority import Action, Allowed
from services.moderation.case import Case, Order

STAFF = Permissions.MODERATE_MEMBERS
MESSAGE = "moderation.message"  # a plan that keeps the message as it was at the click, even if it is deleted
NO_MESSAGE = 0


class Form(StrEnum):
    """What a form orders."""

    WARN = "warn"
    TIMEOUT = "timeout"
    NOTE = "note"


_TITLES = {Form.WARN: t("Warn"), Form.TIMEOUT: t("Time out"), Form.NOTE: t("Note")}


@menu("Warn…", of="warn", requires=STAFF)
async def warn(_ctx: Context, member: Member) -> Modal:
    return _modal(Form.WARN, member.id)


@menu("Timeout…", of="timeout", requires=STAFF)
async def timeout(_ctx: Context, member: Member) -> Modal:
    return _modal(Form.TIMEOUT, member.id)


@menu("Note…", of="note", requires=STAFF)
async def note(_ctx: Context, member: Member) -> Modal:
    return _modal(Form.NOTE, member.id)


@menu("Warn author…", of="warn", requires=STAFF, writes=True)
async def warn_author(ctx: Context, message: Message) -> Modal:
    return await _about(ctx, Form.WARN, message)


@menu("Timeout author…", of="timeout", requires=STAFF, writes=True)
async def timeout_author(ctx: Context, message: Message) -> Modal:
    return await _about(ctx, Form.TIMEOUT, message)


def _declare(form: Form) -> Component:
    """Declare the handlers that carry out a form, and open it again with what was typed."""
    path = f"/{form.value}/form/{{member_id:int}}/{{message:int}}"

    async def may(ctx: Context, member_id: int, **_others: object) -> dict[str, Allowed]:
        return {"facts": await check(ctx, Action(form.value), member_id)}

    @component(path, requires=STAFF, ephemeral=True, writes=True, asks=may)
    async def submit(ctx: Context, member_id: int, message: int, *, facts: Allowed | None = None) -> Reply:
        values = typed(ctx, _fields(form))
        try:
            order = await _order(ctx, form, accepted(ctx, facts), values, member_id)
            case = await ordering.place(ctx, order)
        except UserError as error:
            # Handled here, because dispatch would lose the typed text.
            params = {"member_id": member_id, "message": message}
            return kept(ctx, error.text, _fields(form), values, Button(t("Try again"), again, params, Style.PRIMARY))
        if message != NO_MESSAGE:
            await _attach(ctx, case, message)
        return ordering.shown(ctx, case)

    @component(f"{path}/again", requires=STAFF)
    async def again(ctx: Context, member_id: int, message: int) -> Modal:
        return _modal(form, member_id, message, refilled(ctx, _fields(form)))

    return submit


_SUBMIT = {form: _declare(form) for form in Form}


async def _order(ctx: Context, form: Form, facts: Allowed, values: dict[str, str], member_id: int) -> Order:
    if form is Form.TIMEOUT:
        return await timeouts.ordered(ctx, facts, values["duration"], values["reason"])
    if form is Form.WARN:
        return await warnings.ordered(ctx, facts, member_id, values["reason"])
    return warnings.note_order(member_id, values["reason"])


async def _about(ctx: Context, form: Form, message: Message) -> Modal:
    """A form about a message's author; its text is kept for the case, whatever happens to the message."""
    if message.automatic:
        raise UserError(t("This message comes from a webhook or from Discord itself, so it has no author to act on."))
    kept_message = {"channel": message.channel_id, "id": message.id, "content": message.content}
    plan_id = await plans.keep(ctx.guild_id, ctx.member.id, MESSAGE, kept_message)
    return _modal(form, message.author_id, plan_id)


async def _attach(ctx: Context, case: Case, plan_id: int) -> None:
    """Note the message in the case, unless the form was open for longer than messages are kept."""
    with suppress(NoPlan):
        message = await plans.look(ctx.guild_id, plan_id, ctx.member.id, MESSAGE)
        link = f"https://discord.com/channels/{ctx.guild_id}/{message['channel']}/{message['id']}"
        await notes.add(ctx.guild_id, ctx.actor, case.number, f"{link}\n{message['content']}")


def _modal(form: Form, member_id: int, message: int = NO_MESSAGE, fields: Sequence[Field] = ()) -> Modal:
    params = {"member_id": member_id, "message": message}
    return Modal(_TITLES[form], _SUBMIT[form], fields or _fields(form), params)


def _fields(form: Form) -> list[Field]:
    if form is Form.NOTE:
        return [_text(t("Note"), t("Only moderators can read it"), LONGEST_NOTE)]
    reason = _text(t("Reason"), t("The member can read this"), LONGEST_REASON)
    if form is Form.WARN:
        return [reason]
    example = t("Such as 10m, 2h, or 1d12h; the server decides if empty")
    return [Field("duration", t("Duration"), placeholder=example, required=False, max_length=40), reason]


def _text(label: Text, description: Text, longest: int) -> Field:
    return Field("reason", label, description=description, min_length=1, max_length=longest, long=True)
