"""Bursts of 64 new connections after a quiet hour: how long the last one waits for its response."""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from contextlib import ExitStack

from bench.load import Served, served, signed_requests
from bench.requests import BARE, OURS

CONNECTIONS = 64
ROUNDS = 25
PAUSE = 0.05  # seconds between bursts: light load


def measure(environment: dict[str, str]) -> list[str]:
    """The lines of the table: bursts at each server in turn."""
    variants = {
        "bare route, uvloop": BARE,
        "bare route, asyncio": [*BARE, "--loop", "asyncio"],
        "Tatiana, /ping": OURS,
    }
    pings = signed_requests("ping", CONNECTIONS).read_bytes().splitlines()
    with ExitStack() as stack:
        servers = {label: stack.enter_context(served(command, environment)) for label, command in variants.items()}
        seconds: dict[str, list[float]] = {label: [] for label in variants}
        for number in range(ROUNDS + 2):
            for label, server in servers.items():
                slowest = _burst(server, pings)
                if number >= 2:  # the first ones find everything cold
                    seconds[label].append(slowest)
                time.sleep(PAUSE)  # so that bursts don't affect each other
    lines = [f"| slowest of {CONNECTIONS} new connections | median | 9 of 10 | worst |", "|---|---|---|---|"]
    for label, found in seconds.items():
        shown = (statistics.median(found), statistics.quantiles(found, n=10)[-1], max(found))
        lines.append(f"| {label} | {' | '.join(f'{one * 1e3:.0f} ms' for one in shown)} |")
    return lines


def _burst(server: Served, pings: list[bytes]) -> float:
    """Seconds until all are answered; without threads or an event loop, so that mostly the server is measured."""
    address = ("127.0.0.1", int(server.url.split(":")[2].split("/")[0]))
    requests = [_request(line) for line in pings]
    waiting = selectors.DefaultSelector()
    began = time.perf_counter()
    for request in requests:
        connection = socket.socket()
        connection.setblocking(False)
        connection.connect_ex(address)
        waiting.register(connection, selectors.EVENT_WRITE, request)
    while waiting.get_map():
        for key, event in waiting.select(10):
            connection = key.fileobj
            if event == selectors.EVENT_WRITE:
                connection.send(key.data)
                waiting.modify(connection, selectors.EVENT_READ, key.data)
                continue
            answer = connection.recv(4096)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"not answered: {answer[:40]!r}")
            waiting.unregister(connection)
            connection.close()
    return time.perf_counter() - began


def _request(line: bytes) -> bytes:
    signature, timestamp, body = line.split(b" ", 2)
    head = (
        b"POST /interactions HTTP/1.1\r\nHost: bot.test\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
        b"X-Signature-Ed25519: %b\r\nX-Signature-Timestamp: %b\r\n\r\n"
    )
    return head % (len(body), signature, timestamp) + body
