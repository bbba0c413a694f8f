"""POST /interactions, called by Discord. Plain ASGI, because every layer costs time and none is needed here."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from nacl.signing import VerifyKey
from starlette.types import Receive, Scope, Send

from discord_api.snowflakes import made_at
from interactions.verification import Refused, admit, respond
from interactions.wire import WireResponse
from services.core import clock

Dispatch = Callable[[dict[str, Any], float], Awaitable[WireResponse]]  # with the arrival time

OLDEST = 24 * 3600  # seconds; an older interaction is a replay, however wrong the clocks are
AHEAD = 3600  # seconds Discord's clock may be ahead of ours
TELL_EVERY = 60.0  # seconds
PING = 1
ARRIVED = "arrived"  # set by the server in the request's state: `time.perf_counter` at the first byte

_PONG = WireResponse(b'{"type":1}')
_SENTENCE = '{"type":4,"data":{"flags":64,"allowed_mentions":{"parse":[]},"content":"%s (`%x`)"}}'
# In English only: reading a catalogue takes longer than a click that comes before everything is loaded may wait.
_SORRY = "Something went wrong on my side. Before you try again, check whether this went through."
_STARTING = (
    "I'm just starting up, so I can't tell yet whether this went through. Before you try again in a minute, look at "
    "`/transactions`: every payment is listed there with its receipt."
)


class InteractionEndpoint:
    """Verifies, then parses, then dispatches; always answers, and never with a 5xx."""

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
        self._tell_at = float("-inf")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Discord's three seconds began when the server read the request, not when its turn came here.
        arrived = scope.get("state", {}).get(ARRIVED) or time.perf_counter()
        try:
            payload = await admit(scope, receive, self._key, self._application_id)
            if payload.get("type") != PING:
                self._check_age(payload.get("id"))
        except Refused as error:
            self._on_refused(error.why)
            await respond(send, error.status)
            return
        wire = _PONG if payload.get("type") == PING else await self._answer(payload, arrived)
        await respond(send, 200, wire.body, wire.content_type)
        if wire.sent is not None:
            wire.sent.set()

    async def _answer(self, payload: dict[str, Any], arrived: float) -> WireResponse:
        try:
            return await self._dispatch(payload, arrived)
        except Exception:
            # Imported late, so that the first response does not wait for it.
            import structlog

            structlog.get_logger(__name__).exception("dispatch failed")
            return _said(_SORRY, int(payload["id"]))

    def _check_age(self, interaction_id: object) -> None:
        """Check the interaction's age by its id; Refused if missing, too old, or from the future."""
        if not isinstance(interaction_id, str) or not (interaction_id.isascii() and interaction_id.isdigit()):
            raise Refused(400, "id")
        if len(interaction_id) > 19:
            raise Refused(400, "id")
        made = made_at(int(interaction_id))
        if not -AHEAD <= (clock.now() - made).total_seconds() <= OLDEST:
            self._tell_times(made)
            raise Refused(400, "age")

    def _tell_times(self, made: datetime) -> None:
        """Log both times once a minute: a wrong clock refuses everything and shows nowhere else."""
        if time.monotonic() < self._tell_at:
            return
        self._tell_at = time.monotonic() + TELL_EVERY
        import structlog

        says = "a click was refused for its time: if all are, the clock here is wrong"
        structlog.get_logger(__name__).error(says, here=clock.now().isoformat(), discord=made.isoformat())


def starting(interaction_id: int) -> WireResponse:
    """The response to a click that arrives before everything is loaded."""
    return _said(_STARTING, interaction_id)


def _said(sentence: str, interaction_id: int) -> WireResponse:
    return WireResponse((_SENTENCE % (sentence, interaction_id)).encode())
