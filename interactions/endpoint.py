"""POST /interactions: Discord's door. Plain ASGI, because every layer costs and nothing here needs one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from nacl.signing import VerifyKey

from discord_api.snowflakes import made_at
from interactions import strict_json
from interactions.body import BodyError, read_body
from interactions.signature import verified
from interactions.wire import Wire

log = structlog.get_logger(__name__)

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Dispatch = Callable[[dict[str, Any]], Awaitable[Wire]]

OLDEST = 24 * 3600  # seconds; an older interaction is a replay, whatever the clocks say
AHEAD = 3600  # seconds that Discord's clock may be before ours
PING = 1

_PONG = Wire(b'{"type":1}')
_SORRY = (
    b'{"type":4,"data":{"flags":64,"allowed_mentions":{"parse":[]},'
    b'"content":"Something went wrong on my side. Please try again in a minute. (`%s`)"}}'
)


class InteractionEndpoint:
    """Verify first, parse second, dispatch third; never silence and never a 5xx."""

    def __init__(
        self,
        application_id: int,
        public_key: bytes,
        dispatch: Dispatch,
        on_refused: Callable[[str], None] = lambda _why: None,
    ) -> None:
        self._application_id = str(application_id)
        self._key = VerifyKey(public_key)
        self._dispatch = dispatch
        self._on_refused = on_refused

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await _send(send, 405, b"", extra=[(b"allow", b"POST")])
            return
        try:
            body = await read_body(scope, receive)
        except BodyError as error:
            self._on_refused(error.why)
            await _send(send, error.status, b"")
            return
        if not verified(self._key, scope["headers"], body):
            self._on_refused("signature")
            await _send(send, 401, b"")
            return
        try:
            payload = self._checked(strict_json.parse(body))
        except strict_json.NotStrict as error:
            self._on_refused("payload")
            await _send(send, 400, str(error).encode(), b"text/plain")
            return
        wire = _PONG if payload["type"] == PING else await self._answer(payload)
        await _send(send, 200, wire.body, wire.content_type)
        if wire.sent is not None:
            wire.sent.set()

    def _checked(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Refuses what was signed for another application, or long ago."""
        if payload.get("application_id") != self._application_id:
            raise strict_json.NotStrict("for another application")
        if not isinstance(payload.get("type"), int):
            raise strict_json.NotStrict("no type")
        if payload["type"] != PING:
            self._check_age(payload.get("id"))
        return payload

    def _check_age(self, interaction_id: object) -> None:
        if not (isinstance(interaction_id, str) and interaction_id.isascii() and interaction_id.isdigit()):
            raise strict_json.NotStrict("no id")
        if len(interaction_id) > 19:
            raise strict_json.NotStrict("no id")
        age = time.time() - made_at(int(interaction_id)).timestamp()
        if not -AHEAD <= age <= OLDEST:
            raise strict_json.NotStrict("too old")

    async def _answer(self, payload: dict[str, Any]) -> Wire:
        try:
            return await self._dispatch(payload)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("dispatch failed")
            return Wire(_SORRY % f"{int(payload['id']):x}".encode())


async def _send(
    send: Send,
    status: int,
    body: bytes,
    content_type: bytes = b"application/json",
    extra: list[tuple[bytes, bytes]] | None = None,
) -> None:
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode()), *(extra or ())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
