"""Verifies an endpoint before it is saved, as Discord does: one request with a valid signature, one without."""

from __future__ import annotations

import asyncio

import httpx

from playground.client.delivery import DEADLINE_SECONDS, encoded, signed_headers
from playground.client.payloads import ping
from playground.world.entities import Json
from playground.world.state import State


async def probe_interactions(state: State, url: str) -> str | None:
    """The reason why an interactions endpoint is rejected, or None."""
    right, wrong = await _both(state, url, ping(state))
    if isinstance(right, str):
        return right
    if right.status_code != 200 or _type_of(right) != 1:
        return "It did not respond to the PING with 200 and a PONG."
    if "application/json" not in right.headers.get("content-type", ""):
        return "Its PONG is not application/json."
    return _why_careless(wrong)


async def probe_events(state: State, url: str) -> str | None:
    """The reason why a webhook events endpoint is rejected, or None."""
    body = {"version": 1, "application_id": str(state.identity.application_id), "type": 0}
    right, wrong = await _both(state, url, body)
    if isinstance(right, str):
        return right
    if right.status_code != 204 or not right.headers.get("content-type"):
        return "It did not respond to the PING with 204 and a content type."
    return _why_careless(wrong)


def _why_careless(wrong: httpx.Response | str) -> str | None:
    if isinstance(wrong, str):
        return wrong
    return (
        None
        if wrong.status_code == 401
        else f"It responded to an invalid signature with {wrong.status_code} instead of 401."
    )


async def _both(state: State, url: str, payload: Json) -> tuple[httpx.Response | str, httpx.Response | str]:
    body = encoded(payload)
    good = signed_headers(state, body)
    # Signed with the right key, but for another body.
    bad = good | {"X-Signature-Ed25519": state.identity.sign(good["X-Signature-Timestamp"], b"something else")}
    right, wrong = await asyncio.gather(_post(state, url, body, good), _post(state, url, body, bad))
    return right, wrong


async def _post(state: State, url: str, body: bytes, headers: dict[str, str]) -> httpx.Response | str:
    try:
        return await state.client.post(url, content=body, headers=headers, timeout=DEADLINE_SECONDS)
    except httpx.InvalidURL:
        return "It isn't a URL."
    except httpx.HTTPError as error:
        return f"It can't be reached ({type(error).__name__})."


def _type_of(response: httpx.Response) -> object:
    try:
        answer = response.json()
    except ValueError:
        return None
    return answer.get("type") if isinstance(answer, dict) else None
