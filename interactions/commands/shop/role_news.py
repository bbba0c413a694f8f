"""News about paid roles: the response that announced one is corrected if it could not be given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from discord_api import interaction_responses
from discord_api.errors import DiscordError
from discord_api.markdown import plain
from interactions import render
from interactions.responses import Card
from interactions.ui import AMBER
from locales import Text, n, t
from services.core.worker import Handler, Task
from services.shop import role_orders
from services.shop.role_orders import Refund

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)


def job_handler(discord: Discord, application_id: int) -> Handler:
    """The worker's handler for role orders."""

    async def give(task: Task) -> None:
        if back := await role_orders.give(discord, task):
            await _tell(discord, application_id, back)

    return give


async def _tell(discord: Discord, application_id: int, back: Refund) -> None:
    """Edit the purchase's response; after 15 minutes, only the receipts show the refund."""
    try:
        await interaction_responses.edit(
            discord, application_id, back.order.token, render.edit(_card(back), back.order.locale)
        )
    except DiscordError as error:
        log.info("refund not told", error=str(error)[:300])


def _card(back: Refund) -> Card:
    order = back.order
    words = {"member": f"<@{order.user_id}>", "role": f"<@&{order.role_id}>", "item": plain(order.item)}
    failed = t("{member}: I couldn't give you the role {role} for **{item}**.", **words)
    footer = t("Receipt #{number}", number=str(back.receipt)) if back.receipt else None
    return Card(t("Role not given"), [failed, back.why, _returned(back)], footer, AMBER)


def _returned(back: Refund) -> Text:
    if back.order.receipt is None:
        return t("The item is back in your inventory.")
    if back.receipt is None:
        return t("An admin has already reversed the purchase.")
    return n(
        "The **{count}** coin of receipt #{paid} is back.",
        "The **{count}** coins of receipt #{paid} are back.",
        back.order.coins,
        paid=str(back.order.receipt),
    )
