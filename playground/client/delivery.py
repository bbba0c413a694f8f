"""Sending an interaction to the bot's endpoint, signed, and taking its answer within Discord's deadline."""

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
_LOST = "The answer was thrown away, because the switch says so."
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
    """Record that the interaction goes out, before anything is sent."""
    body = encoded(interaction.payload)
    url = state.application.interactions_endpoint_url or ""
    exchange = state.journal.open(
        state.world.users[interaction.user_id],
        interaction.label,
        interaction.channel_id,
        url,
        signed_headers(state, body),
        interaction.payload,
    )
    news.tell_exchange(state, exchange)
    return exchange


async def deliver(state: State, interaction: Interaction) -> None:
    """Send it and carry out what comes back; never raises, what goes wrong stands in the exchange."""
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
        # It is not cut off at the deadline: how late it was is worth seeing.
        sending.add_done_callback(lambda _: _note_lateness(state, interaction))


async def _why_unanswered(
    state: State,
    interaction: Interaction,
    sending: asyncio.Task[httpx.Response | str],
    acknowledging: asyncio.Task[Literal[True]],
) -> str | None:
    """None once the interaction is answered, inline or by callback; else a sentence about why it is not."""
    ends = time.monotonic() + DEADLINE_SECONDS
    await asyncio.wait({sending, acknowledging}, timeout=DEADLINE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    if interaction.answered.is_set():
        return None
    if not sending.done():
        return f"No answer came within {DEADLINE_SECONDS:g} seconds."
    response = sending.result()
    if isinstance(response, str):
        return response
    if response.status_code == 202 and not response.content:
        await asyncio.wait({acknowledging}, timeout=max(0.0, ends - time.monotonic()))
        return None if interaction.answered.is_set() else "The bot answered 202, but no callback came within 3 seconds."
    return _LOST if state.faults.lose_answer else _carry_out(state, interaction, response)


def _carry_out(state: State, interaction: Interaction, response: httpx.Response) -> str | None:
    """Apply an inline answer; gives a sentence if Discord would not take it."""
    if response.status_code != 200:
        return f"The bot answered {response.status_code} instead of 200."
    try:
        answer, uploads = parse_body(response.headers.get("content-type", ""), response.content)
        with shape_checked():
            apply(state, interaction, answer, uploads)
    except DiscordError as error:
        return "The answer does not fit: " + ("; ".join(map(str, error.faults)) or error.message)
    return None


async def _send(state: State, exchange: Exchange) -> httpx.Response | str:
    """The endpoint's answer, or a sentence about why there is none."""
    started = time.perf_counter()
    try:
        response = await state.client.post(
            exchange.url, content=encoded(exchange.body), headers=exchange.headers, timeout=DEADLINE_SECONDS * 5
        )
    except httpx.TimeoutException:
        return "The endpoint gave no answer at all."
    except httpx.HTTPError as error:
        return f"The endpoint could not be reached ({type(error).__name__})."
    exchange.ms = round((time.perf_counter() - started) * 1000, 2)
    exchange.response = shown_response(response)
    await asyncio.sleep(state.faults.slow_ms / 1000)
    return response


async def _send_again(state: State, interaction: Interaction) -> None:
    exchange = open_exchange(state, interaction)
    exchange.outcome = "duplicate"
    exchange.why = "The same interaction a second time, because the switch says so; its answer shows nowhere."
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
    """From here on the token is worth nothing, and the person reads that nothing came."""
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
        exchange.why = f"{interaction.failure} It took {exchange.ms / 1000:.1f} s and was not used."
    news.tell_exchange(state, exchange)
