"""Connections that give nothing back end, and one address leaves room for others."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from ipaddress import ip_network

import pytest

from app.cli import loop_factory
from app.connection_limits import ConnectionLimits
from app.server import bind, serve
from tests.app.talking import echo, ended, talk
from tests.support.waiting import until


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
