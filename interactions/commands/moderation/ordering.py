"""From an order to the answer that shows its case; `news` keeps it up to date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from interactions.commands.moderation.answers import answer_to
from interactions.commands.moderation.card import DIGESTS_ONLY, card
from interactions.commands.moderation.case_buttons import buttons
from interactions.context import Context
from interactions.responses import Reply, reply, update, whisper
from services.moderation import evidence, punishments
from services.moderation.case import Case, Order
from services.moderation.evidence import Copy


async def carry_out(
    ctx: Context, order: Order, *, visible: bool = False, key: str = "", copies: Sequence[Copy] = ()
) -> Reply:
    """Order this with its evidence, and show the case."""
    if any(copy.message_id is None for copy in copies):
        order = replace(order, details={**order.details, DIGESTS_ONLY: True})
    case = await place(ctx, order, visible=visible, key=key)
    if copies:
        await evidence.attach(ctx.guild_id, ctx.actor, case.number, copies)
    return shown(ctx, case, visible=visible)


async def place(ctx: Context, order: Order, *, visible: bool = False, key: str = "") -> Case:
    """Order this once per key; the case as it is now."""
    return await punishments.order(
        ctx.guild_id, ctx.actor, order, key=key or ctx.key, answer=answer_to(ctx, visible=visible)
    )


def shown(ctx: Context, case: Case, *, visible: bool = False) -> Reply:
    """A case, in place of the clicked message if there is one."""
    show = update if ctx.message else reply if visible else whisper
    return show(card(case), *buttons(case))
