"""The send queue of one socket, bounded in size and time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from starlette.types import Send

MAX_QUEUED_CHARACTERS = 128 * 1024  # characters queued here; about as many again are in the server and in transit
SLOWEST = 20.0  # seconds a client has to read a message being sent
FAREWELL = 0.7  # seconds it has to read the closing message

Closing = tuple[int, str]


class Outbox:
    """Sends in order with a task that runs only while there is something to send; `drop` ends a socket at once."""

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
        """Whether the socket can still send."""
        return self._closing is None

    def offer(self, text: str) -> bool:
        """Queue a message; False if too much is queued already."""
        if self._closing is None and self._waiting and self._size + len(text) > MAX_QUEUED_CHARACTERS:
            return False
        self._put(text)
        return True

    def answer(self, text: str) -> None:
        """Queue a response in any case; a client that requests more than it reads is disconnected."""
        if self._size > 2 * MAX_QUEUED_CHARACTERS:
            self._drop()
        else:
            self._put(text)

    async def room(self) -> None:
        """Wait until half the queue is free."""
        while self._size > MAX_QUEUED_CHARACTERS // 2:
            self._room = self._room or asyncio.Event()
            self._room.clear()
            await self._room.wait()

    def close(self, code: int, reason: str) -> None:
        """Close the socket; unsent messages are dropped."""
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
                if self._room is not None and self._size <= MAX_QUEUED_CHARACTERS // 2:
                    self._room.set()
            if self._closing is not None:
                code, reason = self._closing
                await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except TimeoutError:
            self._drop()
        except (OSError, RuntimeError):
            pass  # it is gone or closed, and its reader will find out
        finally:
            self._sending = None
