"""The buttons below a case that was carried out."""

from __future__ import annotations

from interactions.commands.moderation import case_changes
from interactions.commands.moderation.answers import answer_to
from interactions.commands.moderation.card import card
from interactions.commands.moderation.case_choices import STAFF, accept, editor
from interactions.commands.moderation.history import show_history
from interactions.components import component
from interactions.context import Context
from interactions.responses import Button, Reply, Row, update
from locales import t
from models.moderation import CaseState
from services.moderation import notices
from services.moderation.case import Case


def buttons(case: Case) -> list[Row]:
    """What a moderator can do next; nothing while the case is being carried out."""
    if case.state is CaseState.PENDING:
        return []
    shown = case_changes.buttons(case)
    if case.user_id:
        shown.append(Button(t("History"), show_history, {"member_id": case.user_id}))
    if case.notice in notices.NOT_ARRIVED and case.state is not CaseState.FAILED:
        shown.append(Button(t("Send message again"), resend, {"number": case.number}))
    return [shown]


@component(
    "/case/{number:int}/resend",
    of="case",
    requires=STAFF,
    writes=True,
    asks=editor("case edit"),
    counts_as="case edit",
)
async def resend(ctx: Context, number: int) -> Reply:
    accept(ctx)
    case = await notices.resend(ctx.guild_id, ctx.actor, number, answer_to(ctx))
    return update(card(case), *buttons(case))
