"""Databases as earlier releases left them: small dumps with rows in every table, and how to bring one back."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from app import database
from app.database_url import credentials

FOLDER = Path(__file__).parent / "dumps"
NAMES = sorted(file.name.removesuffix(".sql.gz") for file in FOLDER.glob("*.sql.gz"))  # of the newest migration in each
# Lines for psql alone, and settings that not every PostgreSQL from 15 on has.
_FOREIGN = ("\\", "SET transaction_timeout")


def sql(name: str) -> str:
    """The dump as one script."""
    lines = gzip.decompress((FOLDER / f"{name}.sql.gz").read_bytes()).decode().splitlines()
    return "\n".join(line for line in lines if not line.startswith(_FOREIGN))


async def restore(server_url: str, name: str, database_name: str) -> str:
    """A new database with what the dump holds; its address."""
    url = urlsplit(server_url)._replace(path=f"/{database_name}").geturl()
    await drop(url)
    await database.create(url)
    connection = await asyncpg.connect(**credentials(url))
    await connection.execute(sql(name))
    await connection.close()
    return url


async def drop(url: str) -> None:
    """Take a database away again."""
    wanted = credentials(url)
    server = await asyncpg.connect(**(wanted | {"database": "postgres"}))
    await server.execute(f'DROP DATABASE IF EXISTS "{wanted["database"]}" WITH (FORCE)')
    await server.close()
