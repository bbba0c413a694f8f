"""The schema comes up once whoever starts first, and a server that can't be used is told in a sentence."""

from __future__ import annotations

import asyncio
import socket
from urllib.parse import urlsplit

import pytest

from app import database
from app.database_errors import DatabaseError
from models import User


async def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused, and nobody else can take it
        port = taken.getsockname()[1]
        with pytest.raises(DatabaseError, match=f"127.0.0.1:{port} does not answer"):
            await database.connect(database.config(f"postgresql://bot:hunter2@127.0.0.1:{port}/coins"))


async def test_a_database_that_is_not_there_is_one_sentence(server_url: str) -> None:
    url = urlsplit(server_url)._replace(path="/nowhere").geturl()
    with pytest.raises(DatabaseError, match="has no database 'nowhere'"):
        await database.connect(database.config(url))


async def test_a_tls_server_is_not_spoken_to_in_the_clear() -> None:
    async def refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"N")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(refuse_tls, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(DatabaseError, match="offers no TLS"):
            await database.connect(database.config(f"postgresql://bot@127.0.0.1:{port}/coins?sslmode=require"))


async def test_four_starts_at_once_apply_each_migration_once(server_url: str) -> None:
    url = urlsplit(server_url)._replace(path="/tatiana_starts").geturl()
    await database.create(url)
    config = database.config(url)
    everything = await database.pending(config)
    runs = await asyncio.gather(*(database.upgrade(config) for _ in range(4)))
    assert sorted(name for run in runs for name in run) == everything
    assert await database.pending(config) == []


async def test_a_pool_shared_by_two_stays_open_until_the_second_closes(database_url: str) -> None:
    config = database.config(database_url)
    await asyncio.gather(database.connect(config), database.connect(config))
    await database.close()
    assert await User.all().count() == 0
    await database.close()
    with pytest.raises(RuntimeError):
        await User.all().count()


async def test_one_test_leaves_rows_behind(database: str) -> None:
    assert await User.all().count() == 0
    await User.create(id=1, username="somebody")


test_the_next_one_finds_none = test_one_test_leaves_rows_behind
