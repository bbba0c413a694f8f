"""Reversing a transfer, after showing a plan."""

from __future__ import annotations

from starlette.responses import Response

from services import directory
from services.core.errors import UserError
from services.economy import reversals, sentences, wallet_plans
from web.frame.forms import Form, once, read_form
from web.frame.page import Visit, page, to
from web.pages.economy.plans import Confirmation, Reason, refusal
from web.pages.economy.transfers import receipt
from web.rendering import show as shown


class ReversalForm(Form):
    """The reason for a reversal."""

    reason: Reason = ""


@page
async def plan(visit: Visit) -> Response:
    """Plan a reversal, including what is already spent."""
    number = visit.path("number")
    filled = await read_form(visit, ReversalForm)
    if filled.form is None:
        return await receipt(visit, number, filled=filled)
    try:
        made = await reversals.plan(visit.guild_id, visit.actor, number, filled.form.reason)
    except UserError as refused:
        return await receipt(visit, number, filled=filled, refused=refused)
    return to(visit, f"/servers/{visit.guild_id}/transfers/{number}/reversal-plans/{made.id}")


@page
async def planned(visit: Visit) -> Response:
    """The plan of a reversal, until confirmed or 15 minutes old."""
    number = visit.path("number")
    try:
        made = await reversals.look(visit.guild_id, visit.actor, visit.path("plan_id"))
    except UserError as refused:
        return refusal(visit, refused, f"transfers/{number}")
    people = [change.party for change in made.changes if isinstance(change.party, int)]
    return shown(
        visit,
        "economy/reversal.html",
        plan=made,
        title=sentences.title(made.kind),
        parties=[(change, sentences.party(change.party)) for change in made.changes],
        faces=await directory.people_of(people),
    )


@page
async def reverse(visit: Visit) -> Response:
    """Reverse exactly as planned, or not at all."""
    filled = await read_form(visit, Confirmation)
    form = filled.form
    if form is None:
        raise wallet_plans.no_plan()

    async def effect(key: str) -> str:
        made = await reversals.confirm(visit.guild_id, visit.actor, form.plan_id, key=key)
        return f"/servers/{visit.guild_id}/transfers/{made.number}?done=reversed"

    try:
        return await once(visit, form.key, "reverse", effect)
    except UserError as refused:
        return refusal(visit, refused, "transfers")
