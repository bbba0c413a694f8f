"""uvicorn's WebSocket protocol, made fit for the open internet: floods, silence and slow readers hold nothing up.

Imported after the port is open, for the library behind it takes its time.
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

from app.server import Config, host_of

FRAMES = 20  # of any kind within one second
PIECE = 4096  # bytes looked at before frames are counted again
BUFFERED = 32 * 1024  # bytes that wait for a slow reader here, and as much in the kernel; the rest can be let go of
FAREWELL = 2.0  # seconds for the other side to read what was sent last
RETURN = (0.5, 5.0)  # seconds after which who is sent away at a stop may come back: not all at once

# What uvicorn says of sockets is about the other side's mistakes, and anybody can make those without end.
_silent = logging.getLogger("app.socket_protocol.silent")
_silent.setLevel(logging.CRITICAL + 1)  # not `disabled`, which any configuration of logging takes back


class SocketProtocol(WebSocketsSansIOProtocol):
    """One socket; more than twenty frames in a second close it with 1008."""

    _second = 0.0
    _frames = 0

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)
        self.logger = _silent
        cast(Transport, transport).set_write_buffer_limits(high=BUFFERED)
        # The kernel would take megabytes for somebody who reads none of them.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFERED)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        # It entered as a request, before it became a socket.
        cast(Config, self.config).crowd.leave(host_of(self.client))

    def data_received(self, data: bytes) -> None:
        # In pieces, because one packet holds enough tiny frames to keep everybody else waiting.
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
        if self.conn.close_sent is None:  # it went wrong before we were both open
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
        """Send the other side away with 1012 and the time to come back at."""
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
        """What the other side has not read by then it never will."""
        self.loop.call_later(FAREWELL, self.transport.abort)
