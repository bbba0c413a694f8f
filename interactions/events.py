"""POST /events: Discord's webhook events, such as a new installation (Discord: Webhook Events)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from nacl.signing import VerifyKey
from starlette.types import Receive, Scope, Send

from interactions.verification import Refused, admit, respond

PING, EVENT = 0, 1  # different numbers from interaction types
PATIENCE = 2.5  # seconds; Discord resends events not acknowledged within three

_MALFORMED = (KeyError, ValueError, TypeError, AttributeError)

Handle = Callable[[dict[str, Any]], Awaitable[None]]


class EventEndpoint:
    """Acknowledges an event once it is recorded; if that fails, Discord resends it later."""

    def __init__(
        self,
        application_id: int,
        public_key: bytes,
        handle: Handle,
        on_refused: Callable[[str], None] = lambda _why: None,
    ) -> None:
        self._application_id = str(application_id)
        self._key = VerifyKey(public_key)
        self._handle = handle
        self._on_refused = on_refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            payload = await admit(scope, receive, self._key, self._application_id)
        except Refused as error:
            self._on_refused(error.why)
            await respond(send, error.status)
            return
        event = payload.get("event")
        if payload.get("type") == EVENT and isinstance(event, dict) and not await self._recorded(event):
            await respond(send, 503)
            return
        await respond(send, 204)

    async def _recorded(self, event: dict[str, Any]) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await self._handle(event)
        except _MALFORMED as error:  # a retry would not help
            _tell("event not understood", event, error)
        except Exception as error:  # whatever the failure, Discord keeps the event and resends it
            _tell("event not recorded", event, error)
            return False
        return True


def _tell(what: str, event: dict[str, Any], error: Exception) -> None:
    # Imported late, so that the first response does not wait for it.
    import structlog

    structlog.get_logger(__name__).warning(what, event_type=event.get("type"), error=type(error).__name__)
