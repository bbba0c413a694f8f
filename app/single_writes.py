"""Writes a response's head and body in one system call; two cost more than running a command."""

from __future__ import annotations

from asyncio import Transport


class HeadWithBody(Transport):
    """The transport of one response: the first write, its head, waits for the second.

    ASGI allows that. If an app fails in between, the connection closes with nothing sent.
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
