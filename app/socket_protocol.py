"""uvicorn's WebSocket protocol, hardened against floods, silent clients and slow readers.

Imported after the port is open, because the library behind it is slow to import.
"""

from __future__ import annotations

import json
import logging
import random
import socket
from asyncio import Task
from asyncio.transports import BaseTransport, Transport
from typing import cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State

from app.http_connections import Config, host_of

FRAMES = 20  # frames of any kind within one second
PIECE = 4096  # bytes processed before frames are counted again
BUFFERED = 32 * 1024  # bytes buffered here for a slow reader, and as many in the kernel; the rest may be dropped
FAREWELL = 2.0  # seconds for the client to read what was sent last
RETURN = (0.5, 5.0)  # seconds over which clients disconnected by a stop come back, not all at once

# uvicorn logs clients' mistakes on sockets, and anyone can make those endlessly.
_silent = logging.getLogger("app.socket_protocol.silent")
_silent.setLevel(logging.CRITICAL + 1)  # not `disabled`, which any logging configuration resets


class SocketProtocol(WebSocketsSansIOProtocol):
    """One socket; more than twenty frames in a second close it with 1008."""

    _second = 0.0
    _frames = 0

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.logger = _silent
        cast(Transport, transport).set_write_buffer_limits(high=BUFFERED)
        # The kernel would buffer megabytes for a client that reads none of them.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFERED)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # It was counted as a request, before it became a socket.
        cast(Config, self.config).crowd.leave(host_of(self.client))

    def data_received(self, data: bytes) -> None:
        # In pieces, because one packet can hold enough tiny frames to keep everyone else waiting.
        for start in range(0, len(data), PIECE):
            if self.transport.is_closing():
                return
            super().data_received(data[start : start + PIECE])
        if self.conn.handshake_exc is not None and not self.transport.is_closing():
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def handle_events(self) -> None:
        if self.handshake_initiated and self._flooded(len(self.conn.events)):
            self.conn.events.clear()
            self.conn.fail(1008, "too many messages")
            self.handle_parser_exception()
        else:
            super().handle_events()

    def handle_parser_exception(self) -> None:
        if self.conn.close_sent is None:  # it failed before both sides were open
            self.queue.put_nowait({"type": "websocket.disconnect", "code": 1006})
            self.transport.abort()
        elif not self.transport.is_closing():
            super().handle_parser_exception()
            self._part()

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._part()

    def on_task_complete(self, task: Task[None]) -> None:
        super().on_task_complete(task)
        self._part()

    def shutdown(self) -> None:
        """Disconnect the client with 1012 and the delay before it may reconnect."""
        if self.conn.state is State.OPEN:
            again = {"type": "restart", "retry_after": round(random.uniform(*RETURN), 1)}  # noqa: S311  (spreads who comes back; no secret)
            self.conn.send_text(json.dumps(again).encode())
        super().shutdown()
        self._part()

    def _flooded(self, frames: int) -> bool:
        now = self.loop.time()
        if now - self._second >= 1:
            self._second, self._frames = now, 0
        self._frames += frames
        return self._frames > FRAMES

    def _part(self) -> None:
        """Close the transport: what the client has not read by now, it never will."""
        self.loop.call_later(FAREWELL, self.transport.abort)
