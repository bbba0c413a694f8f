"""Serves apps with uvicorn, without losing requests on a stop; app/http_connections.py guards each connection."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from app.connection_limits import ConnectionLimits
from app.http_connections import Config, Guarded
from app.settings import SettingsError, StartError

LOOK = 1.0  # seconds between checks for clients that don't read
DRAIN = 12  # seconds for requests under way at a stop; late responses and closing follow (app.shutdown)
LARGEST_MESSAGE = 64 * 1024  # bytes
ACCEPTED_AT_ONCE = 16  # connections
CLOSING = 1.0  # seconds in which idle connections are asked to close


# It warns about every write to a closed connection, which anyone can cause endlessly.
logging.getLogger("asyncio").setLevel(logging.ERROR)


class PortTaken(StartError):
    """The port is taken; the text says which."""


def bind(host: str, port: int, *, listen: bool = True) -> socket.socket:
    """Bind a socket; PortTaken if the port is in use, SettingsError if the host can't be listened on.

    Without `listen`, connections are refused until the server starts, so a load balancer tries another process.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        # With an explicit protocol, the loop sets TCP_NODELAY; otherwise a response might wait 40 ms.
        listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:  # `::` includes IPv4, whatever this machine's default
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
    apps: Sequence[tuple[ASGIApp, socket.socket]], *, stop: asyncio.Event, crowd: ConnectionLimits | None = None
) -> None:
    """Serve each app on its socket until `stop`, then finish requests under way."""
    crowd = crowd or ConnectionLimits()
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
    """The socket and duplicates of it: uvloop accepts one connection per handle in each turn of the loop.

    With a single handle, a burst of clicks would need as many turns before the last one is even read.
    """
    return [listening, *(listening.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]


class _Server(uvicorn.Server):
    """A server without signal handlers: the command line handles signals, because it may run several servers."""

    def install_signal_handlers(self) -> None:
        return

    def capture_signals(self) -> Any:
        from contextlib import nullcontext

        return nullcontext()


def _config(app: ASGIApp, crowd: ConnectionLimits) -> uvicorn.Config:
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
        ws_per_message_deflate=False,  # a few bytes could decompress to megabytes
        ws_ping_interval=15,
        ws_ping_timeout=10,
        timeout_graceful_shutdown=DRAIN,
        lifespan="on",
    )
    config.crowd = crowd
    return config


async def _look(servers: Sequence[uvicorn.Server]) -> None:
    """Repeatedly check for clients that don't read."""
    while True:
        await asyncio.sleep(LOOK)
        now = asyncio.get_running_loop().time()
        for server in servers:
            for connection in list(server.server_state.connections):
                if isinstance(connection, Guarded):
                    connection.look(now)


async def _drain(servers: Sequence[uvicorn.Server]) -> None:
    """Ask clients to close idle connections before the port closes, so that none loses a request."""
    for server in servers:
        # In both, because uvicorn rebuilds one from the other every second for its Date header.
        server.config.encoded_headers.append((b"connection", b"close"))
        server.server_state.default_headers.append((b"connection", b"close"))
    if any(server.server_state.connections for server in servers):
        await asyncio.sleep(CLOSING)
    for server in servers:
        server.should_exit = True
