"""Changes to a case: its reason, its end, notes, and whether it counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from pydantic import StringConstraints
from starlette.responses import Response

from services.core import durations
from services.core.errors import UserError
from services.moderation import case_rights, cases, notes, punishments
from services.moderation.case import Case
from web.frame.forms import Form, Key, once, read_form
from web.frame.page import Visit, page
from web.pages.moderation.cases import case_page


class KeyForm(Form):
    """A form without fields."""

    key: Key


class ReasonForm(KeyForm):
    """The form for a case's reason."""

    reason: Annotated[str, StringConstraints(max_length=4000)] = ""


class NoteForm(KeyForm):
    """The form for a private note."""

    note: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class DurationForm(KeyForm):
    """The form for a case's end."""

    duration: Annotated[str, StringConstraints(min_length=1, max_length=50)]


class VoidForm(KeyForm):
    """The form to void a case."""

    why: Annotated[str, StringConstraints(max_length=1000)] = ""


K = TypeVar("K", bound=KeyForm)


@page
async def reason(visit: Visit) -> Response:
    """Change the reason."""

    async def effect(number: int, form: ReasonForm) -> None:
        await cases.edit_reason(visit.guild_id, visit.actor, number, form.reason)

    return await _changed(visit, "reason", ReasonForm, effect)


@page
async def note(visit: Visit) -> Response:
    """Add a private note."""

    async def effect(number: int, form: NoteForm) -> None:
        await notes.add(visit.guild_id, visit.actor, number, form.note)

    return await _changed(visit, "note", NoteForm, effect)


@page
async def duration(visit: Visit) -> Response:
    """Change the end, counted from when the case was opened."""

    async def effect(number: int, form: DurationForm) -> None:
        await punishments.change_duration(visit.guild_id, visit.actor, number, durations.parse(form.duration))

    return await _changed(visit, "duration", DurationForm, effect, case_rights.check_new_end)


@page
async def void(visit: Visit) -> Response:
    """Let the case no longer count."""

    async def effect(number: int, form: VoidForm) -> None:
        await cases.void(visit.guild_id, visit.actor, number, form.why)

    return await _changed(visit, "voided", VoidForm, effect)


@page
async def reopen(visit: Visit) -> Response:
    """Let the case count again."""

    async def effect(number: int, _form: KeyForm) -> None:
        await cases.reopen(visit.guild_id, visit.actor, number)

    return await _changed(visit, "reopened", KeyForm, effect)


async def _changed(
    visit: Visit,
    name: str,
    model: type[K],
    effect: Callable[[int, K], Awaitable[None]],
    check: Callable[[Case, int], Awaitable[None]] = case_rights.check_editor,
) -> Response:
    """Change the case, once per form, and redirect to it."""
    number = visit.path("number")
    filled = await read_form(visit, model)
    form = filled.form
    if form is None:
        return await case_page(visit, number, form=name, filled=filled)

    async def run(_key: str) -> str:
        await effect(number, form)
        return f"/servers/{visit.guild_id}/cases/{number}?done={name}"

    try:
        # Discord is asked before the transaction begins.
        await check(await cases.get(visit.guild_id, number), visit.user_id)
        return await once(visit, form.key, f"case.{name}", run)
    except UserError as refused:
        return await case_page(visit, number, form=name, filled=filled, refused=refused)
