"""PostgreSQL's notifications (LISTEN), which a pooler in transaction mode does not pass on."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import structlog

from services.core.transactions import LOST, rows

log = structlog.get_logger(__name__)

PAUSE = 1.0  # seconds between attempts to connect, and between polls where notifications don't arrive
HEARD_WITHIN = 2.0  # seconds; a slower notification is useless
TRIED_AGAIN = 60.0  # seconds until a silent connection is tried again
DEAF = (
    "notifications do not arrive, as is usual behind a pooler in transaction mode, so we look once a second. "
    "Set DATABASE_DIRECT_URL to an address of the same database that leads to PostgreSQL itself"
)

Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]
Notify = Callable[[str], Awaitable[object]]


async def listen(connect: Connect, channel: str, wake: Callable[[], object]) -> None:
    """Call `wake` on each notification until cancelled; once a second where none can arrive."""
    told = ""
    while True:
        try:
            why = "" if await _hear(connect, channel, wake) else DEAF
        except LOST as error:
            why = f"no connection to listen on ({error!r})"
        if why and why != told:
            log.warning("not listening to postgresql", why=why)
        told = why
        if why is DEAF:
            await _look(wake)
        await asyncio.sleep(PAUSE)


async def arrive(listening: asyncpg.Connection[Any], notify: Notify) -> bool:
    """Whether this connection receives what another one sends."""
    heard, channel = asyncio.Event(), f"try_{uuid.uuid4().hex}"

    def hear(*_: object) -> None:
        heard.set()

    await listening.add_listener(channel, hear)
    await notify(channel)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(HEARD_WITHIN):
            await heard.wait()
    await listening.remove_listener(channel, hear)
    return heard.is_set()


async def _hear(connect: Connect, channel: str, wake: Callable[[], object]) -> bool:
    """Listen while the connection lasts; False if no notification can arrive on it."""
    connection = await connect()
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _connection: lost.set())
    try:
        # The sender comes from the pool, so this also checks that both reach the same database.
        if not await arrive(connection, lambda name: rows("SELECT pg_notify($1, '')", name)):
            return False
        await connection.add_listener(channel, lambda *_: wake())
        wake()  # earlier notifications were missed
        await lost.wait()
    finally:
        connection.terminate()
    return True


async def _look(wake: Callable[[], object]) -> None:
    for _ in range(round(TRIED_AGAIN / PAUSE)):
        wake()
        await asyncio.sleep(PAUSE)
