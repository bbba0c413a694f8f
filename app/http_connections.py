"""HTTP connections hardened for the open internet: excess, slow and ambiguous ones are closed."""

from __future__ import annotations

import asyncio
import time
from enum import Enum
from typing import Any, cast

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.connection_limits import ConnectionLimits
from app.single_writes import HeadWithBody
from interactions.endpoint import ARRIVED

HEADERS_WITHIN = 5.0  # seconds from the first byte of a request, or from connecting
BODY_WITHIN = 3.0  # seconds from the end of the headers
READ_WITHIN = 20.0  # seconds in which some of a response must be read
IDLE = 25  # seconds a connection is kept alive between requests
IDLE_PROXY = 75  # the same for our own proxies, which share it among clients
MOST_WAITING = 32  # requests sent before the first of them is answered
MOST_HEADERS = 100
HEADER_BYTES = 32 * 1024
SOCKET_PATH = b"/ws"


class Phase(Enum):
    """The part of a request a connection is sending."""

    HEADERS = HEADERS_WITHIN
    BODY = BODY_WITHIN


class Guarded(HttpToolsProtocol):
    """Closes excess, slow and ambiguous connections; each is only counted, not logged."""

    patience = 1.0  # factor on all deadlines, for tests
    _sending: Phase | None = Phase.HEADERS
    _watched: Phase | None = None
    _clock: asyncio.TimerHandle | None = None
    _received = 0
    _answering: RequestResponseCycle | None = None
    _entered = False
    _unread_since: float | None = None

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        crowd, host = cast(Config, self.config).crowd, host_of(self.client)
        self._entered = crowd.enter(host)
        if not self._entered:
            self._end("too many")
            return
        self.timeout_keep_alive = IDLE_PROXY if crowd.trusts(host) else IDLE
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        self._sending = None
        self._watch()
        if self._entered:
            cast(Config, self.config).crowd.leave(host_of(self.client))
        super().connection_lost(exc)
        # uvicorn reports only the latest request; the one being answered may be an earlier one.
        if self._answering and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def data_received(self, data: bytes) -> None:
        # Any byte ends uvicorn's keep-alive timeout, so any byte must start ours, even an empty line.
        if not self._entered:
            return
        before = self._sending = self._sending or Phase.HEADERS
        super().data_received(data)
        # Most requests arrive in one packet and need no timer.
        if self._sending is not self._watched:
            self._watch()
        if before is self._sending is Phase.HEADERS:
            self._received += len(data)
            if self._received > HEADER_BYTES:
                self.send_400_response("Too much before the body.")

    def on_message_begin(self) -> None:
        self._sending, self._received = Phase.HEADERS, 0
        super().on_message_begin()
        self.scope["state"][ARRIVED] = time.perf_counter()

    def on_headers_complete(self) -> None:
        self._sending = Phase.BODY
        hosts, size = 0, len(self.url)
        for name, value in self.headers:
            hosts += name == b"host"
            size += len(name) + len(value)
        # HTTP/1.0 has no Host header, and some load balancers still use it for health checks.
        one_host = hosts == 1 or (hosts == 0 and self.parser.get_http_version() == "1.0")
        endless = size > HEADER_BYTES or len(self.headers) > MOST_HEADERS or len(self.pipeline) >= MOST_WAITING
        if not one_host or endless:
            # An exception here ends the parsing; uvicorn answers 400 and closes.
            raise ValueError
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._sending = None
        if not self.transport.is_closing():
            super().on_message_complete()

    def _should_upgrade_to_ws(self) -> bool:
        """Allow upgrades only on socket paths and without a body, which the WebSocket library can't handle."""
        at_sockets = self.url.partition(b"?")[0] == SOCKET_PATH
        asked_for = self.parser.get_method() == b"GET" and self.parser.get_http_version() == "1.1"
        with_body = any(name in (b"content-length", b"transfer-encoding") for name, _ in self.headers)
        return at_sockets and asked_for and not with_body

    def handle_websocket_upgrade(self) -> None:
        # Imported here, so that it does not delay the first response; it is loaded soon after startup anyway.
        from app.socket_protocol import SocketProtocol

        self.ws_protocol_class = SocketProtocol
        super().handle_websocket_upgrade()

    def _watch(self) -> None:
        """Start one timer per phase, so that sending byte by byte gains no time."""
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None
        self._watched = self._sending
        if self._sending is not None:
            self._clock = self.loop.call_later(self._sending.value * self.patience, self._too_slow)

    def _too_slow(self) -> None:
        self._end("slow to send")

    def resume_writing(self) -> None:
        self._unread_since = None
        super().resume_writing()

    def look(self, now: float) -> None:
        """Abort the connection if the client has read nothing for too long."""
        if not self.transport.get_write_buffer_size():
            self._unread_since = None
        elif self._unread_since is None:
            self._unread_since = now
        elif now - self._unread_since > READ_WITHIN * self.patience:
            self._end("slow to read")

    def send_400_response(self, msg: str) -> None:
        super().send_400_response(msg)
        count("malformed")

    def _end(self, why: str) -> None:
        # Aborted, because an orderly close would wait for unread data.
        self.transport.abort()
        count(why)

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        # A response without a body has nothing to wait for, and "100 Continue" must not wait.
        if cycle.scope["method"] != "HEAD" and not cycle.waiting_for_100_continue:
            cycle.transport = HeadWithBody(self.transport)
        super()._start_asgi_task(cycle, app)


def host_of(client: tuple[str, int] | None) -> str:
    """The client's address; empty if there is none."""
    return client[0] if client else ""


def count(why: str) -> None:
    """Count an ended connection by reason; a log line for each would let anyone fill the log."""
    # Imported late, so that the first response does not wait for it.
    from app import metrics

    metrics.connection_ended(why)


class Config(uvicorn.Config):
    """uvicorn's configuration, with the state shared by all connections."""

    crowd: ConnectionLimits
