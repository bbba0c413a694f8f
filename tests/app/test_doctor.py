"""`tatiana doctor` says what the running process found out, and both times where the clocks differ."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from app import doctor
from app.settings import Settings

WELL = {"ready": True, "database": "ok", "redis": "ok", "discord": "ok"}


@asynccontextmanager
async def answering(report: object, ahead: timedelta = timedelta()) -> AsyncIterator[str]:
    """The address of a web process with this report; it also stands for Discord, whose clock is so far ahead."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = await reader.readuntil(b"\r\n\r\n")
        status = "200 OK" if asked.startswith((b"GET /readyz ", b"GET /gateway ")) else "404 Not Found"
        date, body = format_datetime(datetime.now(UTC) + ahead, usegmt=True), json.dumps(report)
        head = f"HTTP/1.1 {status}\r\nDate: {date}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write((head + body).encode())
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def line(address: str, check: str) -> str:
    """What the doctor says about one thing."""
    lines: list[str] = []
    settings = Settings(public_url=address, discord_bot_token="a token", discord_api_url=address)
    await doctor.examine(settings, lines.append)
    (said,) = (said for said in lines if said[4:].startswith(check))
    return said


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (WELL, "ok  Running    the web process can use all it needs."),
        (
            WELL | {"discord": "TokenRefused"},
            "!!  Running    Discord refuses the bot token to a running process",
        ),
        (WELL | {"redis": "ConnectionError"}, "!!  Running    The running process can't use redis (ConnectionError)"),
        (["something else"], "ok  Running    http://127.0.0.1"),
    ],
)
async def test_what_the_running_process_found_is_told(report: Mapping[str, object], said: str) -> None:
    async with answering(report) as address:
        assert (await line(address, "Running")).startswith(said)


@pytest.mark.parametrize("hours", [2, -2])
async def test_a_clock_that_is_off_is_told_with_both_times(hours: int) -> None:
    async with answering(WELL, timedelta(hours=hours)) as address:
        said = await line(address, "Clock")
    assert said.startswith("!!  Clock      The clock here says ")
    here, there = (datetime.fromisoformat(found) for found in re.findall(r"\d+-\d\d-\d\d \d\d:\d\d:\d\d", said))
    assert abs(there - here - timedelta(hours=hours)) < timedelta(minutes=1)


async def test_a_clock_that_agrees_is_well() -> None:
    async with answering(WELL) as address:
        assert await line(address, "Clock") == "ok  Clock      agrees with Discord's.\n"
