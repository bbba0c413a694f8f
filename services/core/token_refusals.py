"""A refused bot token, shared through the database so that every process can report it."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import Callable

from discord_api import current
from services.core.transactions import Row, rows

EVERY = 5.0  # seconds
PATIENCE = 0.5  # seconds the database may take
LASTS = 60.0  # seconds until a report expires: a killed process can't withdraw its own

_PROCESS = uuid.uuid4()
_NOTE = """
INSERT INTO token_refusals (id, seen_at) VALUES ($1, now()) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at"""
_WITHDRAW = "DELETE FROM token_refusals WHERE id = $1"
_RECENT = "SELECT FROM token_refusals WHERE seen_at > now() - make_interval(secs => $1) LIMIT 1"


async def known() -> bool:
    """Whether Discord refuses the token to this process or, according to the database, to another one."""
    return current.client().refused or bool(await _asked(_RECENT, LASTS))


async def note() -> None:
    """Report for a minute that Discord refuses the token to this process."""
    await _asked(_NOTE, _PROCESS)


async def keep_reporting(refused: Callable[[], bool], stop: asyncio.Event) -> None:
    """Keep reporting while the token is refused to this process, until `stop`."""
    noted = False
    while not stop.is_set():
        if refused():
            await note()
            noted = True
        elif noted:
            await _asked(_WITHDRAW, _PROCESS)
            noted = False
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(EVERY):
                await stop.wait()
    if noted:
        await _asked(_WITHDRAW, _PROCESS)


async def _asked(sql: str, *values: object) -> list[Row]:
    """The rows of a query; none if the database does not answer, which is reported elsewhere."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(PATIENCE):
            return await rows(sql, *values)
    return []
