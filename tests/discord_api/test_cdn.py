"""Attachments come from Discord's CDN alone, and no larger than allowed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from discord_api import cdn

FILE = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\npaint"
ENDLESS = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * 5000


class _Server:
    """Answers every request alike."""

    url = ""
    answer = FILE
    asked = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        self.asked += 1
        writer.write(self.answer)
        await writer.drain()
        writer.close()


@pytest.fixture
async def server() -> AsyncIterator[_Server]:
    made = _Server()
    listening = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield made
    listening.close()
    await listening.wait_closed()


async def test_a_file_is_fetched_from_the_cdn(server: _Server) -> None:
    assert await cdn.download(f"{server.url}/attachments/1/2/a.png", most=5, cdn_url=server.url) == b"paint"


@pytest.mark.parametrize(
    "url",
    [
        "{server}/api/v10/users/@me",
        "https://cdn.discordapp.com.evil.example/attachments/1/2/a.png",
        "https://cdn.discordapp.com@127.0.0.1/attachments/1/2/a.png",
        "https://cdn.discordapp.com:8443/attachments/1/2/a.png",
        "http://cdn.discordapp.com/attachments/1/2/a.png",
        "file:///attachments/passwd",
        "//cdn.discordapp.com/attachments/1/2/a.png",
        "http://[/attachments/",
    ],
)
async def test_nothing_else_is_asked_for(url: str, server: _Server) -> None:
    for known in (server.url, "https://cdn.discordapp.com"):
        with pytest.raises(cdn.BadAttachment):
            await cdn.download(url.format(server=server.url), most=5, cdn_url=known)
    assert server.asked == 0


@pytest.mark.parametrize(
    "answer",
    [
        FILE.replace(b"5\r\n", b"6\r\n", 1).replace(b"paint", b"paints"),
        ENDLESS,
        b"HTTP/1.1 302 Found\r\nLocation: /attachments/3/4/b.png\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        b"",
    ],
    ids=["too large", "endless", "elsewhere", "gone", "cut off"],
)
async def test_what_is_too_large_gone_or_elsewhere_is_no_attachment(answer: bytes, server: _Server) -> None:
    server.answer = answer
    with pytest.raises(cdn.BadAttachment):
        await cdn.download(f"{server.url}/attachments/1/2/a.png", most=5, cdn_url=server.url)
    assert server.asked == 1
