"""Answers on real sockets: head and body leave together, and nothing that has to leave at once waits."""

from __future__ import annotations

import asyncio
from asyncio import Transport
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.http_connections import Guarded
from app.server import bind, serve

HEADERS = [(b"content-length", b"6")]


class Watched:
    """A connection that notes what is written to it, piece by piece."""

    def __init__(self, transport: Transport, pieces: list[bytes]) -> None:
        self._transport, self._pieces = transport, pieces

    def write(self, data: bytes) -> None:
        self._pieces.append(data)
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@pytest.fixture
def goes_on() -> asyncio.Event:
    """When the second half of a streamed answer may be sent."""
    return asyncio.Event()


@pytest.fixture
def pieces(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What the server wrote, one entry for each write."""
    written: list[bytes] = []
    made = Guarded.connection_made
    monkeypatch.setattr(
        Guarded,
        "connection_made",
        lambda protocol, transport: made(protocol, Watched(transport, written)),
    )
    return written


@pytest.fixture
async def port(goes_on: asyncio.Event) -> AsyncIterator[int]:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                await send({"type": f"{message['type']}.complete"})
                if message["type"] == "lifespan.shutdown":
                    return
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        if scope["path"] == "/failing":
            raise RuntimeError("between head and body")
        if scope["path"] == "/streamed":
            await send({"type": "http.response.body", "body": b"abc", "more_body": True})
            await goes_on.wait()
            await send({"type": "http.response.body", "body": b"def"})
        else:
            await send({"type": "http.response.body", "body": b"abcdef"})

    stop = asyncio.Event()
    listening = bind("127.0.0.1", 0)
    serving = asyncio.create_task(serve([(app, listening)], stop=stop))
    yield int(listening.getsockname()[1])
    stop.set()
    await serving


async def connect(port: int, request: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    return reader, writer


def asked(path: str, method: str = "GET", more: str = "") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: a\r\n{more}\r\n".encode()


async def test_each_answer_leaves_in_one_piece_however_many_are_asked_for_at_once(
    pieces: list[bytes], port: int
) -> None:
    reader, writer = await connect(port, asked("/") * 3)
    for _ in range(3):
        assert (await reader.readuntil(b"abcdef")).startswith(b"HTTP/1.1 200 OK\r\n")
    writer.close()
    assert [(piece[:12], piece[-6:]) for piece in pieces] == [(b"HTTP/1.1 200", b"abcdef")] * 3


async def test_a_streamed_answer_does_not_wait_for_its_end(port: int, goes_on: asyncio.Event) -> None:
    reader, writer = await connect(port, asked("/streamed"))
    async with asyncio.timeout(20):
        assert (await reader.readuntil(b"\r\n\r\nabc")).startswith(b"HTTP/1.1 200 OK\r\n")
        goes_on.set()
        assert await reader.readexactly(3) == b"def"
    writer.close()


async def test_a_head_that_was_asked_for_alone_comes_alone(port: int) -> None:
    reader, writer = await connect(port, asked("/", "HEAD") + asked("/"))
    async with asyncio.timeout(20):
        for _ in range(2):
            assert b"\r\ncontent-length: 6\r\n" in await reader.readuntil(b"\r\n\r\n")
        assert await reader.readexactly(6) == b"abcdef"
    writer.close()


async def test_who_asks_whether_to_go_on_is_told_so_at_once(port: int) -> None:
    reader, writer = await connect(port, asked("/", "POST", "Content-Length: 2\r\nExpect: 100-continue\r\n"))
    async with asyncio.timeout(20):
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"{}")
        assert (await reader.readuntil(b"abcdef")).startswith(b"HTTP/1.1 200 OK\r\n")
    writer.close()


async def test_an_answer_that_fails_before_its_body_ends_the_connection(port: int) -> None:
    reader, writer = await connect(port, asked("/failing"))
    async with asyncio.timeout(20):
        assert await reader.read() == b""
    writer.close()
