"""Serving apps by uvicorn, whose stop loses no request; app/http_connections.py guards each connection."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from app.connection_limits import Crowd
from app.http_connections import Config, Guarded
from app.settings import SettingsError, StartError

LOOK = 1.0  # seconds between two looks at who reads
DRAIN = 12  # seconds for what is under way at a stop; late answers and closing come after it (app.ending)
LARGEST_MESSAGE = 64 * 1024  # bytes
ACCEPTED_AT_ONCE = 16  # connections
CLOSING = 1.0  # seconds in which kept connections are told to go elsewhere


# It warns of each piece that is written to somebody who hung up, and anybody can do that without end.
logging.getLogger("asyncio").setLevel(logging.ERROR)


class PortTaken(StartError):
    """Somebody else listens there; the text says where."""


def bind(host: str, port: int, *, listen: bool = True) -> socket.socket:
    """A socket of ours there; PortTaken if there is one already, SettingsError if nothing can listen at that host.

    If it does not `listen` yet, whoever connects is refused and goes elsewhere, until the server starts.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # With the protocol named, the loop sends small packets at once; else an answer would wait 40 ms for the next.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:  # `::` means IPv4 too, whatever this machine's default is
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listening.bind((host, port))
    except OSError as error:
        raise _unusable(host, port, error) from error
    if listen:
        listening.listen(1024)
    listening.setblocking(False)
    return listening


def _unusable(host: str, port: int, error: OSError) -> StartError:
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return PortTaken(f"Port {port} on {host} can't be used ({error.strerror}); set PORT to another one.")
    return SettingsError(
        f"Nothing can listen at {host} ({error.strerror}): set HOST to an address of this machine, or 0.0.0.0."
    )


async def serve(
    apps: Sequence[tuple[ASGIApp, socket.socket]], *, stop: asyncio.Event, crowd: Crowd | None = None
) -> None:
    """Serve each app on its socket until `stop`, then finish what is under way."""
    crowd = crowd or Crowd()
    servers = [_Server(_config(app, crowd)) for app, _ in apps]
    serving = [
        asyncio.create_task(server.serve(sockets=_several(listening)))
        for server, (_, listening) in zip(servers, apps, strict=True)
    ]
    looking = asyncio.create_task(_look(servers))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait([stopping, *serving], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    await _drain(servers)
    await asyncio.gather(*serving)
    looking.cancel()
    if any(server.lifespan.should_exit for server in servers):
        raise StartError("A web process ended by a fault of ours: the log says which.")


def _several(listening: socket.socket) -> list[socket.socket]:
    """The socket and further handles on it: uvloop accepts one connection for each in a turn of the loop.

    With a single one, a burst of clicks would wait for as many turns before its last is even read.
    """
    return [listening, *(listening.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]


class _Server(uvicorn.Server):
    """Signals are the command line's business, for it may run several servers."""

    def install_signal_handlers(self) -> None:
        return

    def capture_signals(self) -> Any:
        from contextlib import nullcontext

        return nullcontext()


def _config(app: ASGIApp, crowd: Crowd) -> uvicorn.Config:
    config = Config(
        app,
        http=Guarded,
        access_log=False,
        server_header=False,
        log_config=None,
        log_level="error",  # a line for each malformed request would let anyone fill the log
        proxy_headers=False,
        ws="none",  # see handle_websocket_upgrade
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,  # a few bytes would become megabytes
        ws_ping_interval=15,
        ws_ping_timeout=10,
        timeout_graceful_shutdown=DRAIN,
        lifespan="on",
    )
    config.crowd = crowd
    return config


async def _look(servers: Sequence[uvicorn.Server]) -> None:
    """Look again and again at who does not read."""
    while True:
        await asyncio.sleep(LOOK)
        now = asyncio.get_running_loop().time()
        for server in servers:
            for connection in list(server.server_state.connections):
                if isinstance(connection, Guarded):
                    connection.look(now)


async def _drain(servers: Sequence[uvicorn.Server]) -> None:
    """Ask clients to close kept connections before the port goes, so that none of them loses a request."""
    for server in servers:
        # In both, because uvicorn makes the one anew from the other each second, for the date in it.
        server.config.encoded_headers.append((b"connection", b"close"))
        server.server_state.default_headers.append((b"connection", b"close"))
    if any(server.server_state.connections for server in servers):
        await asyncio.sleep(CLOSING)
    for server in servers:
        server.should_exit = True
