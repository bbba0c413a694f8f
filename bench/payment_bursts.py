"""Bursts of a thousand payments in 0.6 seconds: the latest first response, and the outcomes."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from typing import Any

import asyncpg
import orjson

from app.database_url import credentials
from bench import wallets
from bench.load import Served, served
from bench.requests import OURS
from tests.support.bot import ALICE, GUILD, KEY, Bot, signed
from tests.support.edits import keeping_edits
from tests.support.line import Line, through, to_postgresql

CLICKS = 1000
SPREAD = 0.6  # seconds
IN_TIME = 2.9  # seconds, of the three Discord waits
TROUBLE = 3.0  # seconds
PAUSE = 5.0  # seconds after each burst for deferred work
THINKING = 5

Answer = tuple[float, str]  # seconds, and the text
Trouble = Callable[[], AbstractAsyncContextManager[None]]


def measure(environment: dict[str, str], bursts: int) -> list[str]:
    """The lines of the table."""
    return asyncio.run(_measure(environment, bursts))


async def _measure(environment: dict[str, str], bursts: int) -> list[str]:
    url = environment["DATABASE_URL"]
    direct = await asyncpg.connect(**credentials(url))
    await wallets.fill(direct, GUILD, CLICKS, 1_000_000)  # more than anyone can pay
    line = to_postgresql(url)
    await line.lay()
    lines = [
        f"| {CLICKS:,} payments in {SPREAD} s, {bursts} times | at once | later | refused | p50 | latest | too late |",
        "|---|---|---|---|---|---|---|",
    ]
    troubles: dict[str, tuple[str, Trouble]] = {
        "PostgreSQL is well": (url, _none),
        f"wallets are locked for {TROUBLE:.0f} s": (url, lambda: _locked(direct)),
        f"PostgreSQL says nothing for {TROUBLE:.0f} s": (through(line, url), lambda: _silent(line)),
    }
    async with keeping_edits() as edits:
        for label, (address, trouble) in troubles.items():
            settled = environment | {"DATABASE_URL": address, "DISCORD_API_URL": edits.url}
            async with _serving(settled) as server:
                answers = [answer for _ in range(bursts) for answer in await _burst(server, trouble)]
            lines.append(_row(label, answers))
    await direct.close()
    await line.cut()
    return lines


@asynccontextmanager
async def _serving(environment: dict[str, str]) -> AsyncIterator[Served]:
    """A warm server; our loop provides its connection to PostgreSQL and its Discord."""
    with ExitStack() as stack:
        try:
            yield await asyncio.to_thread(stack.enter_context, served(OURS, environment))
        finally:
            await asyncio.to_thread(stack.close)


async def _burst(server: Served, trouble: Trouble) -> list[Answer]:
    host, port = server.url.split("/")[2].split(":")
    bot = Bot(None, KEY)
    chance = random.sample(range(CLICKS), CLICKS)
    payments = [
        bot.command("pay", by=ALICE + payer, member=ALICE + (payer + 37) % CLICKS, amount=str(1 + payer % 50))
        for payer in chance
    ]
    requests = [_request(orjson.dumps(payment | {"token": payment["id"]})) for payment in payments]
    clicks = (_click(host, int(port), request, place * SPREAD / CLICKS) for place, request in enumerate(requests))
    clicking = asyncio.gather(*clicks)
    await asyncio.sleep(SPREAD / 2)
    async with trouble():
        await asyncio.sleep(TROUBLE)
    answers = await clicking
    await asyncio.sleep(PAUSE)
    return answers


async def _click(host: str, port: int, request: bytes, after: float) -> Answer:
    await asyncio.sleep(after)
    began = time.perf_counter()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.readexactly(int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]))
    seconds = time.perf_counter() - began
    writer.close()
    return seconds, _kind(orjson.loads(body))


def _kind(answer: dict[str, Any]) -> str:
    if answer["type"] == THINKING:
        return "later"
    return "at once" if " paid **" in str(answer) else "refused"


def _request(body: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in signed(KEY, body).items())
    return f"POST /interactions HTTP/1.1\r\nHost: bot.test\r\nContent-Length: {len(body)}\r\n{head}\r\n".encode() + body


@asynccontextmanager
async def _none() -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def _silent(line: Line) -> AsyncIterator[None]:
    async with line.silent():
        yield


@asynccontextmanager
async def _locked(direct: asyncpg.Connection) -> AsyncIterator[None]:
    async with direct.transaction():
        await direct.execute("SELECT FROM user_economy FOR UPDATE")
        yield


def _row(label: str, answers: list[Answer]) -> str:
    took = sorted(seconds for seconds, _ in answers)
    kinds = Counter(kind for _, kind in answers)
    late = sum(seconds > IN_TIME for seconds in took)
    counts = " | ".join(f"{kinds[kind]:,}" for kind in ("at once", "later", "refused"))
    return f"| {label} | {counts} | {statistics.median(took):.2f} s | {took[-1]:.2f} s | {late:,} |"
