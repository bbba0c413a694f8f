"""A way to PostgreSQL on which a refusal waits, such as those of a server that starts or a standby."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from app.database_url import credentials
from tests.support.line import Line, Streams

ASKS_FOR_TLS = 80877103  # PostgreSQL: Message Formats, SSLRequest


class Server:
    """Refuses whoever connects as long as there is a refusal, and leads to the real server otherwise."""

    def __init__(self, url: str) -> None:
        self._there = credentials(url)
        self._url = url
        self.refusal: tuple[str, str] | None = None  # SQLSTATE and message
        self.refused = 0
        self.line = Line(self._reach)
        self._port = 0

    @property
    def url(self) -> str:
        """The address of the database, this way."""
        path = urlsplit(self._url).path
        return f"postgresql://{self._there['user']}@127.0.0.1:{self.line.port}{path}?sslmode=disable"

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[Server]:
        """As long as this block."""
        async with await asyncio.start_server(self._refuse, "127.0.0.1", 0) as server:
            self._port = server.sockets[0].getsockname()[1]
            await self.line.lay()
            yield self
            await self.line.cut()

    async def _reach(self) -> Streams:
        if self.refusal:
            return await asyncio.open_connection("127.0.0.1", self._port)
        if self._there["host"].startswith("/"):
            return await asyncio.open_unix_connection(f"{self._there['host']}/.s.PGSQL.{self._there['port']}")
        return await asyncio.open_connection(self._there["host"], self._there["port"])

    async def _refuse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(struct.unpack("!I", await reader.readexactly(4))[0] - 4)
        self.refused += 1
        assert self.refusal
        writer.write(error(*self.refusal))
        writer.close()


def error(sqlstate: str, message: str) -> bytes:
    """A refusal as the server writes it (PostgreSQL: Message Formats, ErrorResponse)."""
    fields = {"S": "FATAL", "V": "FATAL", "C": sqlstate, "M": message}
    body = b"".join(f"{name}{value}\0".encode() for name, value in fields.items()) + b"\0"
    return b"E" + struct.pack("!I", len(body) + 4) + body


def told(lines: list[MutableMapping[str, Any]]) -> list[str]:
    """What the log said about the database."""
    return [line["why"] for line in lines if line["event"] == "no database yet"]
