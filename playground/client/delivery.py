"""Sends signed interactions to the bot's endpoint and takes its responses within Discord's deadline."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any, Literal

import httpx

from playground.client.answers import DEFERRED_MESSAGE, DEFERRED_UPDATE, apply
from playground.page import news
from playground.rest.errors import DiscordError, shape_checked
from playground.rest.uploads import parse_body
from playground.world.entities import Json
from playground.world.exchanges import Exchange, Outcome
from playground.world.state import Interaction, State

DEADLINE_SECONDS = 3.0
_LOST = "The response was dropped, because “Lose the response” is on."
_HEADERS_SHOWN = ("content-type", "content-length", "date", "server", "retry-after", "www-authenticate")


def encoded(payload: Json) -> bytes:
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def signed_headers(state: State, body: bytes) -> dict[str, str]:
    timestamp = str(int(time.time()))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Discord-Interactions/1.0 (+https://discord.com)",
        "X-Signature-Ed25519": state.identity.sign(timestamp, body),
        "X-Signature-Timestamp": timestamp,
    }


def open_exchange(state: State, interaction: Interaction) -> Exchange:
    """Record an interaction before it is sent."""
    body = encoded(interaction.payload)
    url = state.application.interactions_endpoint_url or ""
    exchange = state.journal.open(
        state.world.users[interaction.user_id],
        interaction.label,
        interaction.channel_id,
        url,
        signed_headers(state, body),
        interaction.payload,
        state.world.now(),
    )
    news.tell_exchange(state, exchange)
    return exchange


async def deliver(state: State, interaction: Interaction) -> None:
    """Send an interaction and carry out the response. Never raises; failures are recorded in the exchange."""
    exchange = interaction.exchange
    if not exchange.url:
        _fail(state, interaction, "The bot has not set its interactions endpoint yet.")
        return
    sending = state.start(_send(state, exchange), f"delivery {exchange.id}")
    if state.faults.twice:
        state.start(_send_again(state, interaction), f"second delivery of {exchange.id}")
    acknowledging = asyncio.create_task(interaction.answered.wait())
    try:
        why = await _why_unanswered(state, interaction, sending, acknowledging)
    finally:
        acknowledging.cancel()
    if why:
        _fail(state, interaction, why)
    else:
        _settle(state, interaction)
    if not sending.done():
        # The request goes on after the deadline, to show how late the response was.
        sending.add_done_callback(lambda _: _note_lateness(state, interaction))


async def _why_unanswered(
    state: State,
    interaction: Interaction,
    sending: asyncio.Task[httpx.Response | str],
    acknowledging: asyncio.Task[Literal[True]],
) -> str | None:
    """Wait for a response, inline or by callback; the reason if there is none."""
    ends = time.monotonic() + DEADLINE_SECONDS
    await asyncio.wait({sending, acknowledging}, timeout=DEADLINE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if interaction.answered.is_set():
        return None
    if not sending.done():
        return f"There was no response within {DEADLINE_SECONDS:g} seconds."
    response = sending.result()
    if isinstance(response, str):
        return response
    if response.status_code == 202 and not response.content:
        await asyncio.wait({acknowledging}, timeout=max(0.0, ends - time.monotonic()))
        return (
            None
            if interaction.answered.is_set()
            else "The bot responded with 202, but made no callback within 3 seconds."
        )
    return _LOST if state.faults.lose_answer else _carry_out(state, interaction, response)


def _carry_out(state: State, interaction: Interaction, response: httpx.Response) -> str | None:
    """Carry out an inline response; the reason if Discord would reject it."""
    if response.status_code != 200:
        return f"The bot responded with {response.status_code} instead of 200."
    try:
        answer, uploads = parse_body(response.headers.get("content-type", ""), response.content)
        with shape_checked():
            apply(state, interaction, answer, uploads)
    except DiscordError as error:
        return "The response is invalid: " + ("; ".join(map(str, error.faults)) or error.message)
    return None


async def _send(state: State, exchange: Exchange) -> httpx.Response | str:
    """The endpoint's response, or the reason why there is none."""
    started = time.perf_counter()
    try:
        response = await state.client.post(
            exchange.url, content=encoded(exchange.body), headers=exchange.headers, timeout=DEADLINE_SECONDS * 5
        )
    except httpx.TimeoutException:
        return "The endpoint did not respond."
    except httpx.HTTPError as error:
        return f"The endpoint can't be reached ({type(error).__name__})."
    exchange.ms = round((time.perf_counter() - started) * 1000, 2)
    exchange.response = shown_response(response)
    await asyncio.sleep(state.faults.slow_ms / 1000)
    return response


async def _send_again(state: State, interaction: Interaction) -> None:
    exchange = open_exchange(state, interaction)
    exchange.outcome = "duplicate"
    exchange.why = "The same interaction again, because “Deliver twice” is on. The response isn't shown."
    result = await _send(state, exchange)
    if isinstance(result, str):
        exchange.why = result
    news.tell_exchange(state, exchange)


def shown_response(response: httpx.Response) -> Json:
    """A response as the page's panel shows it."""
    try:
        body: Any = json.loads(response.content) if response.content else None
    except ValueError:
        body = response.content.decode("utf-8", "replace")[:4000]
    headers = {name: value for name, value in response.headers.items() if name in _HEADERS_SHOWN}
    return {"status": response.status_code, "headers": headers, "body": body}


def _settle(state: State, interaction: Interaction) -> None:
    if interaction.submitted:
        state.modals.pop(interaction.submitted.id, None)
    deferred = interaction.answer_type in (DEFERRED_MESSAGE, DEFERRED_UPDATE)
    _close(state, interaction, "deferred" if deferred else "answered")


def _fail(state: State, interaction: Interaction, why: str) -> None:
    """Invalidate the token, and show the person that the bot didn't respond."""
    interaction.failure = why
    interaction.exchange.why = why
    news.tell_failed(state, interaction)
    _close(state, interaction, "lost" if why is _LOST else "failed")


def _close(state: State, interaction: Interaction, outcome: Outcome) -> None:
    interaction.exchange.outcome = outcome
    news.tell_exchange(state, interaction.exchange)


def _note_lateness(state: State, interaction: Interaction) -> None:
    exchange = interaction.exchange
    if interaction.failure and exchange.ms is not None:
        exchange.why = f"{interaction.failure} It came after {exchange.ms / 1000:.1f} s and was ignored."
    news.tell_exchange(state, exchange)
