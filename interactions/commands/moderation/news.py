"""News about a case: the response that announced it is edited into what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from discord_api import interaction_responses
from discord_api.errors import DiscordError
from interactions import render
from interactions.commands.moderation.card import card
from interactions.commands.moderation.case_buttons import buttons
from interactions.context import Audience
from services.moderation import acting, notices
from services.moderation.case import AnswerTo

if TYPE_CHECKING:
    from discord_api.client import Discord
    from interactions.custom_ids import Signer
    from services.core.worker import Handler, Task
    from services.moderation.case import Case

log = structlog.get_logger(__name__)


def job_handlers(discord: Discord, application_id: int, signer: Signer) -> dict[str, Handler]:
    """The worker's handlers for cases to carry out, and for messages to send again."""

    async def act(task: Task) -> None:
        await tell(await acting.act(discord, task), task)

    async def send_again(task: Task) -> None:
        await tell(await notices.send_again(task), task)

    async def tell(case: Case, task: Task) -> None:
        if answer := task.payload.get("answer"):
            await _tell(discord, application_id, signer, case, AnswerTo(**answer))

    return {acting.JOB: act, notices.JOB: send_again}


async def _tell(discord: Discord, application_id: int, signer: Signer, case: Case, answer: AnswerTo) -> None:
    """Show the settled case; after 15 minutes only `/case view` does."""
    rows = render.rows(buttons(case), Audience(case.guild_id, answer.user_id), signer, answer.locale)
    message = render.edit(card(case), answer.locale, rows)
    try:
        await interaction_responses.edit(discord, application_id, answer.token, message)
    except DiscordError as error:
        log.info("case not shown", case=case.number, error=str(error)[:300])
