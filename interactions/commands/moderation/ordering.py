"""From an order to the answer that shows its case; `news` keeps it up to date."""

from __future__ import annotations

from interactions import render
from interactions.commands.moderation.card import card
from interactions.commands.moderation.case_buttons import buttons
from interactions.context import Context
from interactions.responses import Reply, reply, update, whisper
from services.moderation import punishments
from services.moderation.case import AnswerTo, Case, Order


async def carry_out(ctx: Context, order: Order, *, visible: bool = False, key: str = "") -> Reply:
    """Order this, and show the case."""
    return shown(ctx, await place(ctx, order, visible=visible, key=key), visible=visible)


async def place(ctx: Context, order: Order, *, visible: bool = False, key: str = "") -> Case:
    """Order this once per key; the case as it is now."""
    answer = AnswerTo(ctx.token, ctx.guild_locale if _is_public(ctx, visible=visible) else ctx.locale)
    return await punishments.order(ctx.guild_id, ctx.actor, order, key=key or ctx.key, answer=answer)


def shown(ctx: Context, case: Case, *, visible: bool = False) -> Reply:
    """A case, in place of the clicked message if there is one."""
    show = update if ctx.message else reply if visible else whisper
    return show(card(case), *buttons(case))


def _is_public(ctx: Context, *, visible: bool) -> bool:
    return not int(ctx.message.get("flags") or 0) & render.EPHEMERAL if ctx.message else visible
