"""The database of a test process: made by the migrations once, and emptied before each test."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeAlias
from urllib.parse import urlsplit

import asyncpg

from app import database
from app.database_url import credentials

Direct: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

NAME = f"tatiana_test_{os.getpid()}"

_TABLES = """SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'"""
_USED_SEQUENCES = """SELECT quote_ident(sequencename) FROM pg_sequences
    WHERE schemaname = 'public' AND last_value IS NOT NULL AND sequencename <> 'tortoise_migrations_id_seq'"""


def address(server_url: str) -> str:
    """Where the database of this process is."""
    return urlsplit(server_url)._replace(path=f"/{NAME}").geturl()


@asynccontextmanager
async def of_this_process(server_url: str) -> AsyncIterator[Direct]:
    """A direct connection to a new database with our tables, which is dropped at the end."""
    url = address(server_url)
    server_of = credentials(url) | {"database": "postgres"}
    if template := os.environ.get("TEST_TEMPLATE"):  # a database of that server which has our tables already
        server = await asyncpg.connect(**server_of)
        await server.execute(f"CREATE DATABASE {NAME} TEMPLATE {template}")
        await server.close()
    else:
        await database.create(url)
        await database.upgrade(database.config(url))
    direct = await asyncpg.connect(**credentials(url))
    yield direct
    await direct.close()
    server = await asyncpg.connect(**server_of)
    await server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")
    await server.close()


async def empty(direct: Direct) -> None:
    """Leave nothing in the database, and number from 1 again."""
    tables = [row[0] for row in await direct.fetch(_TABLES)]
    # Looking is faster than truncating, and most tests fill a few tables only.
    filled = " UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT FROM {table})" for table in tables)
    if names := [row[0] for row in await direct.fetch(filled)]:
        await direct.execute(f"TRUNCATE {', '.join(names)} RESTART IDENTITY CASCADE")
    # A table that a test emptied itself has used ids too: numbering starts at 1 for every test.
    if used := [row[0] for row in await direct.fetch(_USED_SEQUENCES)]:
        await direct.execute("; ".join(f"ALTER SEQUENCE {name} RESTART" for name in used))
