"""What waits to be sent on one socket: never much, and never for long."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.types import Send

MOST = 128 * 1024  # characters that wait here; about as much again waits in the server and on the way
SLOWEST = 20.0  # seconds in which a reader must take a message that is being sent
FAREWELL = 0.7  # seconds in which it must take the message that closes

Closing = tuple[int, str]


class Outbox:
    """Sends in order, by a task that lives only while there is something to send; `drop` ends a socket at once."""

    __slots__ = ("_closing", "_drop", "_room", "_send", "_sending", "_size", "_waiting")

    def __init__(self, send: Send, drop: Callable[[], None]) -> None:
        self._send, self._drop = send, drop
        self._waiting: deque[str] = deque()
        self._size = 0
        self._sending: asyncio.Task[None] | None = None
        self._room: asyncio.Event | None = None
        self._closing: Closing | None = None

    @property
    def open(self) -> bool:
        """Whether anything can still be said."""
        return self._closing is None

    def offer(self, text: str) -> bool:
        """Send this unless too much waits already; False if so."""
        if self._closing is None and self._waiting and self._size + len(text) > MOST:
            return False
        self._put(text)
        return True

    def answer(self, text: str) -> None:
        """Send this in any case; who asks for more than they read is let go of."""
        if self._size > 2 * MOST:
            self._drop()
        else:
            self._put(text)

    async def room(self) -> None:
        """Return once half of the room is free."""
        while self._size > MOST // 2:
            self._room = self._room or asyncio.Event()
            self._room.clear()
            await self._room.wait()

    def close(self, code: int, reason: str) -> None:
        """Close the socket; what was not sent yet never will be."""
        if self._closing is None:
            self._closing = code, reason
            self._waiting.clear()
            self._wake()
            asyncio.get_running_loop().call_later(FAREWELL, self._drop)

    def end(self) -> None:
        """Send nothing more."""
        self._waiting.clear()
        if self._sending is not None:
            self._sending.cancel()

    def _put(self, text: str) -> None:
        if self._closing is None:
            self._waiting.append(text)
            self._size += len(text)
            self._wake()

    def _wake(self) -> None:
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                text = self._waiting.popleft()
                async with asyncio.timeout(SLOWEST):
                    await self._send({"type": "websocket.send", "text": text})
                self._size -= len(text)
                if self._room is not None and self._size <= MOST // 2:
                    self._room.set()
            if self._closing is not None:
                code, reason = self._closing
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except TimeoutError:
            self._drop()
        except (OSError, RuntimeError):
            pass  # it is gone or closed, and whoever reads from it hears so
        finally:
            self._sending = None
