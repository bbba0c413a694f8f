"""Opening sockets: our own pages by session, all others by ticket. Plain ASGI, because there may be many."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter

import structlog
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from services.identity import sessions
from services.live import Credential, Hub, TicketHolder, tickets
from web.frame.client_address import address_of
from web.frame.errors import DATABASE_FAULTS
from web.frame.origins import known
from web.site import Site
from web.sockets import messages
from web.sockets.conversation import POLICY, SIGNED_OUT, Conversation
from web.sockets.guard import MAX_SOCKETS, Guard
from web.sockets.outbox import Outbox

log = structlog.get_logger(__name__)

TICKET_WITHIN = 5.0  # seconds
MOST_UNKNOWN = 500  # unauthenticated sockets at once
MOST_UNKNOWN_OF_ONE = 20  # of those, from one address
UNREADABLE = 1007
LATER = 1013


class Sockets:
    """The sockets of this process."""

    def __init__(self, site: Site, hub: Hub) -> None:
        self._site, self._hub, self._guard = site, hub, Guard()
        self._unknown: Counter[str] = Counter()  # by address

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if self._foreign(scope) or len(self._guard) >= MAX_SOCKETS:
            await send({"type": "websocket.close"})  # before accepting: 403
            return
        try:
            await send({"type": "websocket.accept"})
            await self._serve(scope, receive, send)
        except DATABASE_FAULTS:
            # Nobody can be authenticated now, or the client went away and won't see this.
            await _closed(send, LATER, "try again in a minute")
        except Exception as error:
            log.error("socket failed", error=repr(error)[:300])
            await _closed(send, LATER, "something went wrong")

    def _foreign(self, scope: Scope) -> bool:
        """Whether a foreign page opened it. Programs send no origin, and bring a ticket."""
        origins = [value for name, value in scope["headers"] if name == b"origin"]
        return len(origins) > 1 or any(not known(origin, self._site) for origin in origins)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        holder = await self._signed_in(scope) or await self._by_ticket(scope, receive)
        if holder is None:
            await _closed(send, SIGNED_OUT, "sign in, or bring a ticket")
            return
        await self._converse(holder, receive, send)

    async def _signed_in(self, scope: Scope) -> TicketHolder | None:
        """The session's owner; only for our own pages, because browsers send the cookie for any page."""
        connection = HTTPConnection(scope)
        cookie = connection.cookies.get(self._site.cookie("session"))
        if cookie is None or connection.headers.get("origin") != self._site.origin:
            return None
        session = await sessions.find(cookie)
        return TicketHolder(session.user_id, Credential.SESSION, session.id) if session else None

    async def _by_ticket(self, scope: Scope, receive: Receive) -> TicketHolder | None:
        """The holder of a ticket sent in time; None if too many sockets are waiting."""
        address = address_of(scope, self._site)
        if self._unknown[address] >= MOST_UNKNOWN_OF_ONE or self._unknown.total() >= MOST_UNKNOWN:
            return None
        self._unknown[address] += 1
        try:
            async with asyncio.timeout(TICKET_WITHIN):
                message = await receive()
        except TimeoutError:
            return None
        finally:
            self._unknown -= Counter([address])  # drop counters that reached zero
        said = messages.read(message.get("text") or "")
        return await tickets.redeem(said.ticket) if isinstance(said, messages.Ticket) else None

    async def _converse(self, holder: TicketHolder, receive: Receive, send: Send) -> None:
        task, dropped = asyncio.current_task(), False

        def drop() -> None:
            nonlocal dropped
            assert task is not None, "a server runs us as a task"
            dropped = True
            task.cancel()

        one = Conversation(holder, self._hub, Outbox(send, drop))
        if not self._guard.enter(one):
            await _closed(send, POLICY, "too many sockets")
            return
        try:
            one.outbox.answer(messages.hello(holder.user_id))
            await _listen(one, receive)
        except asyncio.CancelledError:
            if not dropped:
                raise
        finally:
            self._guard.leave(one)
            one.end()


async def _listen(one: Conversation, receive: Receive) -> None:
    while (message := await receive())["type"] == "websocket.receive":
        text = message.get("text")
        said = messages.read(text) if text is not None else None
        if said is None:
            one.outbox.close(UNREADABLE, "this is none of the messages that there are")
        elif one.outbox.open:
            await one.hear(said)


async def _closed(send: Send, code: int, reason: str) -> None:
    with contextlib.suppress(OSError, RuntimeError):  # already gone or closed
        await send({"type": "websocket.close", "code": code, "reason": reason})
