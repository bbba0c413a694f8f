"""A database that closes all connections and accepts no new ones for a while."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg

from app.database_url import credentials

_THROW_OUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name = 'tatiana'"""


@asynccontextmanager
async def database_away(url: str) -> AsyncIterator[None]:
    """The outage lasts as long as the block; open direct connections stay open."""
    name = urlsplit(url).path[1:]
    server = await asyncpg.connect(**(credentials(url) | {"database": "postgres"}))
    try:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await server.execute(_THROW_OUT, name)
        yield
    finally:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await server.close()
