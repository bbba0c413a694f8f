"""Moving the clock of an installation that tries things out in the playground: its database's and this process's."""

from __future__ import annotations

from datetime import timedelta

import asyncpg

from app.database_url import credentials
from services.core import clock
from services.core.transactions import rows

# Every session uses the new body from its next statement on.
_MOVE = """
CREATE OR REPLACE FUNCTION tatiana_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE
AS $$SELECT now() + interval '{} seconds'$$"""
_AHEAD = "SELECT tatiana_now() - now()"
_WAKE = "SELECT pg_notify('jobs', 'clock')"


async def found(url: str) -> timedelta:
    """How far this database's clock was moved in earlier runs."""
    connection = await asyncpg.connect(**credentials(url) | {"statement_cache_size": 0})
    try:
        ahead: timedelta = await connection.fetchval(_AHEAD)
    finally:
        await connection.close()
    return ahead


async def resume(url: str) -> timedelta:
    """Let this process run ahead as far as its database does; returns how far."""
    ahead = await found(url)
    clock.run_ahead(ahead)
    return ahead


async def move_to(ahead: timedelta) -> None:
    """Let the database and this process run ahead by this much, and wake the worker for what is due now."""
    await rows(_MOVE.format(ahead // timedelta(seconds=1)))
    clock.run_ahead(ahead)
    await rows(_WAKE)
