"""Head and body of an answer in one write: each is a system call, and two of them cost more than running a command."""

from __future__ import annotations

from asyncio import Transport


class HeadWithBody(Transport):
    """The connection as one answer sees it: what is written first, its head, waits for what is written second.

    ASGI allows that. Of an app that fails in between, nothing is sent before the connection is closed.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._head: bytes | None = None

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._head is None:
            self._head = bytes(data)
        else:
            self._transport.write(self._head + data)
            self._head = b""

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def close(self) -> None:
        self._transport.close()
