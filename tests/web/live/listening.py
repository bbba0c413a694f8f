"""Listeners on real sockets of the real server, with a library and without."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app.server import bind, serve
from playground.client.acting import Play
from playground.world.cast import HARBOUR
from services.core.transactions import rows, transaction
from services.identity import sessions
from tests.support.lifespan import started
from tests.support.waiting import until
from tests.support.whole import HOME

PATIENCE = 20.0  # seconds for one message
OPEN, LISTENING = "01", "0A"  # as the kernel writes it
REQUEST = f"GET /ws HTTP/1.1\r\nHost: bot.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: {HOME}\r\n"
KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
BYSTANDER = 12345


class Place(NamedTuple):
    """A web process that listens, with Discord's people behind it."""

    address: str
    play: Play
    app: ASGIApp


class Listener:
    """One socket of somebody who is signed in."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.cursor: str | None = None

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        self.cursor = message.get("cursor", self.cursor)
        return message

    async def subscribe(self, guild_id: int = HARBOUR, **more: Any) -> dict[str, Any]:
        """Ask to be told, and hear whether one is."""
        await self.say(type="subscribe", guild_id=str(guild_id), **more)
        return await self.hear()

    async def closed(self) -> int | None:
        """Hear everything until the end: the code it ended with."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    await self.connection.recv()
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd else None


async def cookie_of(user_id: int) -> str:
    return await sessions.start(user_id)


@asynccontextmanager
async def listening(
    address: str, user_id: int | None = None, *, cookie: str | None = None, origin: str | None = HOME
) -> AsyncIterator[Listener]:
    """A socket that is open, and greeted if it is anybody's."""
    cookie = cookie or (await cookie_of(user_id) if user_id else None)
    headers = {"Cookie": f"session={cookie}"} if cookie else {}
    page = Origin(origin) if origin else None
    # At the end the library waits for what nobody reads any more.
    async with connect(address, origin=page, additional_headers=headers, proxy=None, close_timeout=0.2) as connection:
        one = Listener(connection)
        if user_id:
            assert await one.hear() == {"type": "hello", "user_id": str(user_id)}
        yield one


async def arrive(member_id: int, guild_id: int = HARBOUR) -> None:
    async with transaction():
        await rows("INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, $2)", guild_id, member_id)


@asynccontextmanager
async def serving_again(place: Place) -> AsyncIterator[None]:
    """The same app at the same address, once the one before it is gone."""
    await until(lambda: not sockets_of(place.address, LISTENING))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve([(started(place.app), bind("127.0.0.1", port_in(place.address)))], stop=stop))
    yield
    stop.set()
    await serving


async def raw(
    address: str, cookie: str | None = None, *, receive_buffer: int | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An open socket without a library, and with as small a buffer as wanted."""
    plain = socket.socket()
    if receive_buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port_in(address)))
    reader, writer = await asyncio.open_connection(sock=plain, limit=receive_buffer or 2**16)
    sent = f"Cookie: session={cookie}\r\n" if cookie else ""
    writer.write((REQUEST + KEY + sent + "\r\n").encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def frame(text: str) -> bytes:
    """A whole message of a client, masked by nothing."""
    return b"\x81" + bytes([0x80 | len(text)]) + b"\x00" * 4 + text.encode()


def sockets_of(address: str, state: str) -> int:
    """How many sockets the server has in this state, as the kernel sees it."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[1].endswith(f":{port_in(address):04X}") and line[3] == state for line in lines)


async def until_end(reader: asyncio.StreamReader) -> bytes:
    """All that the server says before it ends the connection, in whatever way."""
    said = b""
    with contextlib.suppress(ConnectionError):
        while more := await reader.read(4096):
            said += more
    return said


def port_of(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


def port_in(address: str) -> int:
    return int(address.rpartition(":")[2].removesuffix("/ws"))
