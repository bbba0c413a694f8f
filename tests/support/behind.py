"""Two web processes behind nginx instead of an in-process app, with the same database and Redis."""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

from httpx import AsyncByteStream, AsyncClient, AsyncHTTPTransport, Request
from starlette.types import Receive, Scope, Send

from app import cli, logs, server
from app.settings import Settings
from tests.support.nginx import nginx
from tests.support.ports import free_port
from tests.support.waiting import serves, until

PROCESSES = 2
PATIENCE = 20  # seconds
# Imported once by the parent, so that each test's processes need not import it again.
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["app.main", "app.parts", "app.socket_protocol", "tests.support.behind"])


class Gate:
    """nginx for a whole run, in front of ports where each test starts its own web processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = [free_port() for _ in range(PROCESSES)]
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def webs(self, settings: Settings) -> AsyncIterator[Way]:
        """Web processes with these settings, which end with the block."""
        trusting = replace(settings, trusted_proxies=(*settings.trusted_proxies, ip_network("127.0.0.1/32")))
        running = [
            _context.Process(target=_web, args=(replace(trusting, port=port), self.folder / f"{port}.log"))
            for port in self.ports
        ]
        for process in running:
            process.start()
        try:
            for port in self.ports:
                async with AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:
                    await until(functools.partial(serves, http))
            async with AsyncExitStack() as stack:
                yield Way(self.address, stack)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                await asyncio.to_thread(process.join, PATIENCE)
                assert process.exitcode == 0, (self.folder / "nginx.log").read_text()


@contextmanager
def standing(folder: Path) -> Iterator[Gate]:
    """nginx without web processes yet."""
    gate = Gate(folder)
    with nginx(folder, gate.port, gate.ports):
        yield gate


class Way:
    """An ASGI app that forwards requests over the network, from the client's address."""

    def __init__(self, address: str, stack: AsyncExitStack) -> None:
        self._address, self._stack = address, stack
        self._transports: dict[str, AsyncHTTPTransport] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        url = self._address + (scope["raw_path"] + b"?" * bool(scope["query_string"]) + scope["query_string"]).decode()
        request = Request(scope["method"], url, headers=scope["headers"], content=await _whole(receive))
        answer = await (await self._transport(scope["client"][0])).handle_async_request(request)
        assert isinstance(answer.stream, AsyncByteStream)
        body = b"".join([piece async for piece in answer.stream])
        await answer.stream.aclose()
        await send({"type": "http.response.start", "status": answer.status_code, "headers": answer.headers.raw})
        await send({"type": "http.response.body", "body": body})

    async def _transport(self, client: str) -> AsyncHTTPTransport:
        if client not in self._transports:
            self._transports[client] = await self._stack.enter_async_context(AsyncHTTPTransport(local_address=client))
        return self._transports[client]


async def _whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def _web(settings: Settings, log: Path) -> None:
    """`tatiana web` in a separate process."""
    said = log.open("a")
    os.dup2(said.fileno(), sys.stdout.fileno())
    logs.set_up("warning", "text", settings.secrets())
    server.CLOSING = 0.1
    with asyncio.Runner(loop_factory=cli.loop_factory()) as runner:
        runner.run(cli._until_stopped(cli.web, settings))
