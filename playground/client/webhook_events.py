"""Discord's outgoing webhook events."""

from __future__ import annotations

import asyncio
import logging

import httpx

from playground.client.delivery import DEADLINE_SECONDS, encoded, signed_headers
from playground.world.entities import Guild, Json
from playground.world.objects import guild_json, user_json
from playground.world.state import State

log = logging.getLogger(__name__)

AUTHORIZED = "APPLICATION_AUTHORIZED"
_STATUS_ON = 2
_PAUSES_SECONDS = (1, 4, 15, 60, 240)


def authorize_everywhere(state: State) -> None:
    """Send APPLICATION_AUTHORIZED for every guild that the bot is in, once for each endpoint."""
    for guild in state.world.guilds_of(state.world.bot.id):
        tell_authorized(state, guild, guild.owner_id)


def tell_authorized(state: State, guild: Guild, by_user_id: int) -> None:
    """Send APPLICATION_AUTHORIZED for a guild that the bot was added to."""
    url = state.application.event_webhooks_url or ""
    if (url, guild.id) in state.authorizations_told or not _wanted(state, AUTHORIZED):
        return
    state.authorizations_told.add((url, guild.id))
    data = {
        "integration_type": 0,
        "user": user_json(state.world.users[by_user_id]),
        "scopes": ["bot", "applications.commands"],
        "guild": guild_json(guild, with_counts=False),
    }
    added_at = guild.members[state.world.bot.id].joined_at
    event = {"type": AUTHORIZED, "timestamp": added_at.isoformat(), "data": data}
    state.start(_deliver(state, event), f"{AUTHORIZED} of {guild.id}")


def _wanted(state: State, name: str) -> bool:
    application = state.application
    on = application.event_webhooks_url and application.event_webhooks_status == _STATUS_ON
    return bool(on) and name in application.event_webhooks_types


async def _deliver(state: State, event: Json) -> None:
    """Retry with growing pauses until the endpoint responds with 204, then give up."""
    envelope = {"version": 1, "application_id": str(state.identity.application_id), "type": 1, "event": event}
    body = encoded(envelope)
    for pause in (*_PAUSES_SECONDS, None):
        url = state.application.event_webhooks_url
        if url is None:
            return
        try:
            answer = await state.client.post(
                url, content=body, headers=signed_headers(state, body), timeout=DEADLINE_SECONDS
            )
            if answer.status_code == 204:
                return
        except httpx.HTTPError:
            log.info("the endpoint for webhook events did not answer")
        if pause is None:
            state.application.event_webhooks_status = 3
            return
        await asyncio.sleep(pause)
