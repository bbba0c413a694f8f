"""The server on real sockets: who is slow, endless or ambiguous is cut off."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from app.server import PortTaken, bind, serve
from app.settings import SettingsError
from tests.app.talking import PROMPT, echo, talk


async def test_a_whole_request_is_answered_and_the_connection_stays_for_the_next(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(3):
        writer.write(PROMPT)
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert await reader.readexactly(1) == b"2"
    writer.close()


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"POST / HT",
        b"POST / HTTP/1.1\r\nHost: bot.test\r\nX-Half:",
        b"POST / HTTP/1.1\r\nHost: bot.test\r\nContent-Length: 100\r\n\r\nonly a part",
        b"POST / HTTP/1.1\r\nHost: bot.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n",
    ],
)
async def test_silence_and_half_a_request_are_cut_off(half: bytes, port: int) -> None:
    assert await talk(port, half) == b""


@pytest.mark.parametrize(
    "second",
    [
        b"\r\n",
        b"P",
        b"POST / HTTP/1.1\r\nHost: bot.test\r\n",
        PROMPT[:-1],
    ],
)
async def test_a_kept_connection_is_not_kept_for_half_a_request_or_an_empty_line(second: bytes, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(PROMPT)
    await reader.readuntil(b"\r\n\r\n2")
    writer.write(second)
    async with asyncio.timeout(20):
        await reader.read()
    writer.close()


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
async def test_what_asks_for_another_protocol_gets_an_answer_in_this_one_and_no_more(
    protocol: bytes, port: int
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: bot.test\r\nConnection: Upgrade\r\nUpgrade: " + protocol + b"\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n0")).startswith(b"HTTP/1.1 200")
    writer.write(b"in another protocol")
    async with asyncio.timeout(20):
        assert not (await reader.read()).startswith(b"HTTP/1.1 101")
    writer.close()


@pytest.mark.parametrize("drop", [b"x", b"\r\n"])
async def test_sending_byte_by_byte_wins_no_time(drop: bytes, port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: bot.test\r\nX-Slow: ")
    ended = asyncio.create_task(reader.read())
    async with asyncio.timeout(20):
        while not ended.done():
            with contextlib.suppress(ConnectionError):
                writer.write(drop)
                await writer.drain()
            await asyncio.wait([ended], timeout=0.01)
    writer.close()


@pytest.mark.parametrize(
    "request_",
    [
        b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nX-Large: " + b"x" * 40_000 + b"\r\n\r\n",
        b"POST /" + b"x" * 40_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nX: 1\r\n folded\r\nContent-Length: 0\r\n\r\n",
        b"POST / HTTP/1.1\nHost: a\nContent-Length: 0\n\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nHost: b\r\nContent-Length: 0\r\n\r\n" + PROMPT,
        b"nonsense\r\n\r\n",
    ],
)
async def test_what_is_ambiguous_or_endless_is_refused(request_: bytes, port: int) -> None:
    answer = await talk(port, request_)
    assert answer.startswith(b"HTTP/1.1 400")
    assert answer.count(b"HTTP/1.1") == 1


async def test_an_endless_header_is_cut_off_long_before_its_end(port: int) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"POST / HTTP/1.1\r\nHost: a\r\nX-Large: ")
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < 50_000_000:
            writer.write(b"x" * 65_536)
            await writer.drain()
            sent += 65_536
    assert sent < 20_000_000
    writer.close()


async def test_a_taken_port_is_said_in_a_sentence(port: int) -> None:
    with pytest.raises(PortTaken, match=f"{port}"):
        bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["198.51.100.7", "2001:db8::1"])
def test_a_host_where_nothing_can_listen_is_said_in_a_sentence(host: str) -> None:
    with pytest.raises(SettingsError) as caught:
        bind(host, 0)
    assert str(caught.value).startswith(f"Nothing can listen at {host} (")
    assert str(caught.value).endswith("set HOST to an address of this machine, or 0.0.0.0.")


async def test_listening_on_every_address_of_the_new_kind_serves_the_old_kind_too(stop: asyncio.Event) -> None:
    listening = bind("::", 0)
    serving = asyncio.create_task(serve([(echo, listening)], stop=stop))
    for host in ("127.0.0.1", "::1"):
        _, writer = await asyncio.open_connection(host, listening.getsockname()[1])
        writer.close()
    stop.set()
    await serving


async def test_an_old_load_balancer_may_ask_without_a_host(port: int) -> None:
    assert (await talk(port, b"GET / HTTP/1.0\r\n\r\n")).startswith(b"HTTP/1.1 200")


async def test_the_answer_names_no_server(port: int) -> None:
    answer = await talk(port, PROMPT.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    assert b"\r\nserver:" not in answer.lower()


async def test_malformed_requests_write_no_lines(port: int, caplog: pytest.LogCaptureFixture) -> None:
    for _ in range(10):
        await talk(port, b"nonsense\r\n\r\n")
    assert caplog.records == []


async def test_who_keeps_asking_during_a_stop_is_sent_elsewhere_and_loses_no_answer(
    port: int, stop: asyncio.Event
) -> None:
    answered = 0

    async def ask() -> bytes:
        """Ask on one connection until the answer says that it is the last."""
        nonlocal answered
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = b""
        while b"connection: close" not in head:
            writer.write(PROMPT)
            head = await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(1) == b"2"
            answered += 1
            if answered == 100:
                stop.set()
        rest = await reader.read()
        writer.close()
        return rest

    async with asyncio.timeout(20):
        assert await asyncio.gather(*(ask() for _ in range(8))) == [b""] * 8
    assert answered >= 100
