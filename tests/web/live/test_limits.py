"""Floods, large and wrong messages, slow readers and broken handshakes hold nobody up and write no lines."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app import http_connections, server, socket_protocol
from playground.world.cast import HARBOUR, OWNER
from services.core.transactions import rows, transaction
from tests.support.waiting import until
from tests.support.whole import HOME
from tests.web.live.listening import (
    KEY,
    OPEN,
    PATIENCE,
    REQUEST,
    cookie_of,
    frame,
    listening,
    port_in,
    raw,
    sockets_of,
    until_end,
)
from web.sockets import outbox


async def test_more_than_twenty_messages_in_a_second_close_the_socket(address: str) -> None:
    async with listening(address, OWNER) as one:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(21):
                await one.say(type="ping")
        assert await one.closed() == 1008


async def test_twenty_messages_in_a_second_are_all_answered(address: str) -> None:
    async with listening(address, OWNER) as one:
        for _ in range(20):
            await one.say(type="ping")
        assert [(await one.hear())["type"] for _ in range(20)] == ["pong"] * 20


async def test_a_flood_of_tiny_frames_of_any_kind_is_cut_off(address: str) -> None:
    for flood in (b"\x89\x80abcd", b"\x81\x80abcd", b"\x01\x80abcd" + b"\x00\x80abcd" * 50):
        reader, writer = await raw(address)
        writer.write(flood * 5000)
        async with asyncio.timeout(PATIENCE):
            said = await until_end(reader)
        assert len(said) < 5000
        writer.close()


async def test_a_message_of_more_than_64_kib_is_refused(address: str) -> None:
    async with listening(address, OWNER) as one:
        with contextlib.suppress(ConnectionClosed):
            await one.connection.send("x" * (server.LARGEST_MESSAGE + 1))
        assert await one.closed() == 1009


async def test_compression_is_not_spoken(address: str) -> None:
    async with connect(address, origin=Origin(HOME), compression="deflate", proxy=None) as connection:
        assert connection.response is not None
        assert "Sec-WebSocket-Extensions" not in connection.response.headers


NO_MESSAGES: tuple[str | bytes, ...] = (
    "",
    "{}",
    "[]",
    "nonsense",
    '{"type":"subscribe"}',
    '{"type":"subscribe","guild_id":1}',
    '{"type":"subscribe","guild_id":"0"}',
    '{"type":"subscribe","guild_id":"1","kinds":["everything"]}',
    '{"type":"subscribe","guild_id":"1","kinds":[]}',
    '{"type":"subscribe","guild_id":"1","after":5}',
    '{"type":"subscribe","guild_id":"1","extra":1}',
    "[" * 10_000,
    '{"type":"\\ud800"}',
    '{"type":"ping","type":"ping"}',
    b"\x00\x01",
    b"\xff",
)


async def test_what_is_no_message_of_ours_closes_the_socket(address: str) -> None:
    cookie = await cookie_of(OWNER)
    for said in NO_MESSAGES:
        async with listening(address, cookie=cookie) as one:
            await one.connection.send(said)
            assert await one.closed() == 1007, said


async def test_who_does_not_read_is_let_go_of_and_holds_nobody_up(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SLOWEST", 0.5)
    monkeypatch.setattr(socket_protocol, "FAREWELL", 0.1)
    reader, writer = await raw(address, await cookie_of(OWNER), receive_buffer=4096)
    writer.write(frame(json.dumps({"type": "subscribe", "guild_id": str(HARBOUR)})))
    async with asyncio.timeout(PATIENCE):
        await reader.readuntil(b'"subscribed"')
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    async with listening(address, OWNER) as quick:
        await quick.subscribe()
        await large_events(200)
        for _ in range(200):
            assert (await quick.hear())["kind"] == "member"
        await until(lambda: sockets_of(address, OPEN) == 1)
    writer.transport.abort()


async def large_events(count: int) -> None:
    """More than any buffer holds: a megabyte for two hundred."""
    async with transaction():
        await rows(
            """INSERT INTO live_events (guild_id, kind, data)
               SELECT $1, 'member', jsonb_build_object('members', n, 'member_ids', repeat('1', 5000))
                 FROM generate_series(1, $2::int) AS n""",
            HARBOUR,
            count,
        )


WRONG = (
    REQUEST + "\r\n",
    REQUEST + "Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
    REQUEST + KEY.replace("13", "12") + "\r\n",
    REQUEST + KEY + "Content-Length: 5\r\n\r\nhello",
    REQUEST + KEY + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    REQUEST.replace("GET", "POST") + KEY + "Content-Length: 0\r\n\r\n",
    REQUEST.replace("1.1", "1.0") + KEY + "\r\n",
    REQUEST + KEY + "X-Large: " + "x" * 9000 + "\r\n\r\n",
    REQUEST + KEY + "X-Many: 1\r\n" * 200 + "\r\n",
    REQUEST + KEY + "Host: other.test\r\n\r\n",
    REQUEST + KEY + f"Origin: {HOME}\r\n\r\n",
    REQUEST.replace("/ws", "/livez") + KEY + "\r\n",
)


async def test_a_handshake_that_is_wrong_opens_nothing_and_writes_no_line(
    address: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    for head in WRONG:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_in(address))
        writer.write(head.encode())
        async with asyncio.timeout(PATIENCE):
            assert b" 101" not in await reader.read(12), head
        writer.close()
    assert (caplog.records, capsys.readouterr().out) == ([], "")


async def test_a_half_sent_handshake_is_cut_off_like_any_request(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_connections.Guarded, "patience", 0.02)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_in(address))
    writer.write((REQUEST + KEY).encode())
    async with asyncio.timeout(PATIENCE):
        assert await reader.read() == b""
    writer.close()


async def test_sockets_that_break_off_write_no_line(
    address: str, full: bool, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    cookie = await cookie_of(OWNER)
    for number in range(1000 if full else 30):
        reader, writer = await raw(address, cookie if number % 2 else None)
        writer.write(
            (frame('{"type":"ping"}'), b"\xff\xff\xff\xff", b"\x81\x85\x00\x00\x00\x00\xff\xfe\xfd\xfc\xfb")[number % 3]
        )
        await reader.read(1)
        writer.transport.abort()
    await until(lambda: not sockets_of(address, OPEN))
    assert (caplog.records, capsys.readouterr().out) == ([], "")
