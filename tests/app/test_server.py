"""The server on real sockets: who is slow, endless or ambiguous is cut off."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any

import pytest

from app import http_connections, metrics, server
from app.cli import loop_factory
from app.connection_limits import ConnectionLimits
from app.server import PortTaken, bind, serve
from app.settings import SettingsError
from tests.support.waiting import until

PROMPT = b"POST / HTTP/1.1\r\nHost: bot.test\r\nContent-Length: 2\r\n\r\n{}"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An app that reads the whole body and answers its size."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message.get("more_body", False)
    body = str(size).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch, stop: asyncio.Event) -> AsyncIterator[int]:
    monkeypatch.setattr(http_connections.Guarded, "patience", 0.1)
    listening = bind("127.0.0.1", 0)
    serving = asyncio.create_task(serve([(echo, listening)], stop=stop))
    yield int(listening.getsockname()[1])
    stop.set()
    await serving


async def talk(port: int, *parts: bytes) -> bytes:
    """Send these and read until the server closes; fails if it does not."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
    await writer.drain()
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer


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


def ended(why: str) -> float:
    """How many connections were ended for this reason so far."""
    return metrics.registry.get_sample_value("tatiana_connections_ended_total", {"why": why}) or 0


async def large(scope: Any, receive: Any, send: Any) -> None:
    """An app whose answers are larger than what the kernel keeps for a reader."""
    if scope["type"] == "lifespan":
        await echo(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(200):
        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


@pytest.fixture
async def generous(monkeypatch: pytest.MonkeyPatch, stop: asyncio.Event) -> AsyncIterator[int]:
    """A server with large answers and a place for three connections of one address."""
    monkeypatch.setattr(http_connections.Guarded, "patience", 0.05)
    monkeypatch.setattr(server, "LOOK", 0.05)
    listening = bind("127.0.0.1", 0)
    serving = asyncio.create_task(serve([(large, listening)], stop=stop, crowd=ConnectionLimits(most=9)))
    yield int(listening.getsockname()[1])
    stop.set()
    await serving


@pytest.mark.parametrize("requests", [1, 20])
async def test_who_never_reads_is_cut_off_and_only_counted(
    requests: int, generous: int, caplog: pytest.LogCaptureFixture
) -> None:
    before = ended("slow to read")
    with socket.create_connection(("127.0.0.1", generous)) as deaf:
        deaf.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * requests)
        await until(lambda: ended("slow to read") == before + 1)
    assert caplog.records == []


async def test_who_reads_slowly_but_reads_gets_all_of_it(generous: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", generous, limit=16_384)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    received = 0
    while part := await reader.read(65_536):
        received += len(part)
    assert received > 20_000_000
    writer.close()


async def test_who_pipelines_and_hangs_up_leaves_nothing_behind(
    generous: int, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", generous)) as hasty:
            hasty.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 10)
            await asyncio.sleep(0)
    mine = {task for task in asyncio.all_tasks() if "run_asgi" in str(task.get_coro())}
    async with asyncio.timeout(20):
        await asyncio.gather(*mine)
    assert caplog.records == []


async def test_requests_that_wait_for_each_other_without_end_are_refused(port: int) -> None:
    assert b"HTTP/1.1 400" in await talk(port, b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" * 1000)


async def test_one_address_leaves_room_for_others(generous: int) -> None:
    before = ended("too many")
    held = [await asyncio.open_connection("127.0.0.1", generous) for _ in range(3)]
    refused, _ = await asyncio.open_connection("127.0.0.1", generous)
    with contextlib.suppress(ConnectionError):
        assert await refused.read() == b""
    assert ended("too many") == before + 1
    reader, other = await asyncio.open_connection("127.0.0.1", generous, local_addr=("127.0.0.2", 0))
    other.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 200")
    for _, writer in [*held, (reader, other)]:
        writer.close()


class Counted(ConnectionLimits):
    """Counts who ever came."""

    came = 0

    def enter(self, host: str) -> bool:
        self.came += 1
        return super().enter(host)


async def turns_until_accepted(connections: int) -> int:
    """How many turns of the loop it takes to accept so many that connected while it was busy."""
    stop, crowd, turns = asyncio.Event(), Counted(), 0
    listening = bind("127.0.0.1", 0)
    serving = asyncio.create_task(serve([(echo, listening)], stop=stop, crowd=crowd))
    with contextlib.ExitStack() as clients:
        for _ in range(connections):
            clients.enter_context(socket.create_connection(listening.getsockname()))
        async with asyncio.timeout(10):
            while crowd.came < connections:
                await asyncio.sleep(0)
                turns += crowd.came > 0
    stop.set()
    await serving
    return turns


def test_a_burst_of_clicks_does_not_wait_a_turn_of_the_loop_for_each_of_them() -> None:
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        assert runner.run(turns_until_accepted(128)) < 32


def test_a_dozen_addresses_that_take_what_they_can_leave_room_for_others() -> None:
    crowd = ConnectionLimits(most=4096)
    for number in range(12):
        while crowd.enter(f"192.0.2.{number}"):
            pass
    assert all(crowd.enter("198.51.100.1") for _ in range(10))


def test_all_of_a_network_of_ipv6_counts_as_one() -> None:
    crowd = ConnectionLimits(most=9)
    assert [crowd.enter(f"2001:db8::{number}") for number in range(1, 5)] == [True, True, True, False]
    assert crowd.enter("2001:db8:0:1::1")


def test_a_proxy_of_ours_may_bring_everybody() -> None:
    crowd = ConnectionLimits((ip_network("10.0.0.0/8"),), most=9)
    assert all(crowd.enter("10.0.0.2") for _ in range(9))
    assert not crowd.enter("10.0.0.2")


def test_who_leaves_makes_room_for_another() -> None:
    crowd = ConnectionLimits(most=9)
    for _ in range(100):
        assert crowd.enter("192.0.2.1")
        crowd.leave("192.0.2.1")
