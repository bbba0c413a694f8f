"""The database's address is read whole, and the schema comes up once whoever starts first."""

from __future__ import annotations

import asyncio
import socket
import ssl
from urllib.parse import urlsplit

import pytest

from app import database
from app.database_url import credentials
from models import User


def test_a_socket_directory_is_a_host_without_tls() -> None:
    found = credentials("postgresql://bot@/tatiana?host=%2Ftmp%2Fsome%20where")
    assert (found["host"], found["user"], found["database"]) == ("/tmp/some where", "bot", "tatiana")
    assert found["ssl"] is False


def test_percent_signs_in_user_and_password_are_decoded() -> None:
    found = credentials("postgres://b%40t:p%2Fw%3A@db.example:6543/coins")
    assert (found["user"], found["password"], found["port"]) == ("b@t", "p/w:", 6543)


def test_a_server_elsewhere_is_spoken_to_with_tls_unless_told_otherwise() -> None:
    assert isinstance(credentials("postgres://bot@db.example/coins")["ssl"], ssl.SSLContext)
    assert credentials("postgres://bot@db.example/coins?sslmode=disable")["ssl"] is False
    assert credentials("postgres://bot@127.0.0.1/coins")["ssl"] is False


def test_verify_full_checks_the_name_and_require_does_not() -> None:
    full = credentials("postgres://bot@db.example/coins?sslmode=verify-full")["ssl"]
    assert full.check_hostname
    assert full.verify_mode is ssl.CERT_REQUIRED
    assert credentials("postgres://bot@db.example/coins?sslmode=require")["ssl"].verify_mode is ssl.CERT_NONE


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://bot@db/coins", "postgresql://"),
        ("postgresql://bot@db:port/coins", "port"),
        ("postgresql://db/coins", "user"),
        ("postgresql://bot@db", "database"),
        ("postgresql://bot@db/coins?sslmode=maybe", "sslmode"),
        ("postgresql://bot@db/coins?sslmode=verify-full&sslrootcert=/no/such/file", "sslrootcert"),
        ("postgresql://bot@db/coins?channel_binding=require", "channel_binding"),
        ("postgresql://bot@db/coins?statement_cache_size=none", "statement_cache_size"),
    ],
)
def test_a_wrong_address_is_named_and_never_repeated(url: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint) as caught:
        credentials(url.replace("bot@", "bot:hunter2@"))
    assert "hunter2" not in str(caught.value)


async def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused, and nobody else can take it
        port = taken.getsockname()[1]
        with pytest.raises(database.DatabaseError, match=f"127.0.0.1:{port} does not answer"):
            await database.connect(database.config(f"postgresql://bot:hunter2@127.0.0.1:{port}/coins"))


async def test_a_database_that_is_not_there_is_one_sentence(server_url: str) -> None:
    url = urlsplit(server_url)._replace(path="/nowhere").geturl()
    with pytest.raises(database.DatabaseError, match="has no database 'nowhere'"):
        await database.connect(database.config(url))


async def test_a_tls_server_is_not_spoken_to_in_the_clear() -> None:
    async def refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(8)
        writer.write(b"N")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(refuse_tls, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(database.DatabaseError, match="offers no TLS"):
            await database.connect(database.config(f"postgresql://bot@127.0.0.1:{port}/coins?sslmode=require"))


async def test_four_starts_at_once_apply_each_migration_once(server_url: str) -> None:
    url = urlsplit(server_url)._replace(path="/tatiana_starts").geturl()
    await database.create(url)
    config = database.config(url)
    everything = await database.pending(config)
    runs = await asyncio.gather(*(database.upgrade(config) for _ in range(4)))
    assert sorted(run for run in runs if run) == [everything]
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
