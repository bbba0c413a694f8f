"""The way to PostgreSQL: its address, the connection pool, and bringing the schema up to date."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.exceptions import DBConnectionError
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.transactions import in_transaction

from app.database_url import credentials
from app.settings import StartError

LATEST = MigrationTarget("models", "__latest__")

# The executor's own attempt to make this table would break the transaction that it runs in.
RECORDS = """CREATE TABLE IF NOT EXISTS tortoise_migrations (id serial PRIMARY KEY, app varchar(255) NOT NULL,
    name varchar(255) NOT NULL, applied_at timestamptz NOT NULL, UNIQUE (app, name))"""


class DatabaseError(StartError):
    """PostgreSQL cannot be used as DATABASE_URL names it; the text says why in one sentence."""


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types, so its class is Any
    """A connection that is handed on as it is: we leave no session state behind, and resetting costs a round trip."""

    def get_reset_query(self) -> str:
        return ""


class Opened:
    """The one pool of this process and how many share it: web and worker may run side by side."""

    context: TortoiseContext
    users = 0


_opened = Opened()
_opening = asyncio.Lock()


def config(url: str, *, name: str = "tatiana", connections: int = 10) -> dict[str, Any]:
    """What Tortoise needs: where everything is stored and how long anything may take."""
    limits = {
        "minsize": 1,
        "maxsize": connections,
        "timeout": 5,
        "command_timeout": 5,
        "max_inactive_connection_lifetime": 60,
        "connection_class": Connection,
        "server_settings": {
            "application_name": name,
            "statement_timeout": "10000",
            "idle_in_transaction_session_timeout": "15000",
            "timezone": "UTC",
        },
    }
    return {
        "connections": {"default": {"engine": "app.connections", "credentials": credentials(url) | limits}},
        "apps": {"models": {"models": ["models"], "default_connection": "default", "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


# What the `tortoise` command reads; making a migration needs no server.
FOR_MIGRATIONS = config("postgresql://tatiana@localhost/tatiana")


async def connect(config: dict[str, Any]) -> None:
    """Opens the pool; whoever connects next in this process shares it. A server that fails is a DatabaseError."""
    async with _opening:
        if not _opened.users:
            _opened.context = await _open(config)
        _opened.users += 1


async def close() -> None:
    """Closes the pool when the last who connected closes."""
    async with _opening:
        _opened.users -= 1
        if not _opened.users:
            await _opened.context.close_connections()


async def _open(config: dict[str, Any]) -> TortoiseContext:
    context = TortoiseContext()
    with context:  # for init itself only: requests and jobs have contexts of their own, and find the fallback there
        await context.init(config=config, _enable_global_fallback=True)
    try:
        with explained(config):
            async with asyncio.timeout(10):
                await context.db().execute_query("SELECT 1")
    except BaseException:
        await context.close_connections()
        raise
    return context


async def create(url: str) -> None:
    """Makes the database itself if the server has none of that name."""
    wanted = credentials(url)
    with explained(config(url)):
        server = await asyncpg.connect(**(wanted | {"database": "postgres"}), timeout=5)
        try:
            if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", wanted["database"]):
                name = wanted["database"].replace('"', '""')
                await server.execute(f'CREATE DATABASE "{name}"')
        finally:
            await server.close()


async def upgrade(config: dict[str, Any]) -> list[str]:
    """Applies every pending migration in one transaction under one lock, and names them."""
    async with TortoiseContext() as context:
        await context.init(config=_patient(config))
        with explained(config):
            async with in_transaction("default") as transaction:
                await transaction.execute_query_dict("SELECT pg_advisory_xact_lock(hashtext('tatiana:migrations'))")
                await transaction.execute_script(RECORDS)
                applied: list[str] = []

                def note(event: str, _app: str, name: str) -> None:
                    if event == "apply_done":
                        applied.append(name)

                executor = MigrationExecutor(transaction, config["apps"])
                await executor.migrate([LATEST], direction="forward", progress=note)
                return applied


async def pending(config: dict[str, Any]) -> list[str]:
    """The migrations that this code has and the database has not."""
    async with TortoiseContext() as context:
        await context.init(config=config)
        with explained(config):
            client = context.db()
            # The plan takes any failure to read for "nothing applied".
            await client.execute_query("SELECT 1")
            return [step.migration.name for step in await MigrationExecutor(client, config["apps"]).plan([LATEST])]


@contextmanager
def explained(config: dict[str, Any]) -> Iterator[None]:
    """Turns what the driver raises about a server it cannot use into one sentence for the person who set it up."""
    try:
        yield
    except (
        OSError,
        DBConnectionError,
        asyncpg.InvalidCatalogNameError,
        asyncpg.InvalidAuthorizationSpecificationError,
    ) as error:
        raise DatabaseError(_sentence(error, config["connections"]["default"]["credentials"])) from error


def _sentence(error: Exception, to: dict[str, Any]) -> str:
    server = f"PostgreSQL at {to['host']}" + ("" if to["host"].startswith("/") else f":{to['port']}")
    match error:
        case asyncpg.InvalidAuthorizationSpecificationError():
            return f"{server} refused user {to['user']!r}: check user and password in DATABASE_URL."
        case DBConnectionError() | asyncpg.InvalidCatalogNameError():
            return f"{server} has no database {to['database']!r}: create it or correct DATABASE_URL."
        case ssl.SSLCertVerificationError():
            return f"{server} showed a certificate that is not trusted ({error.verify_message}): check sslrootcert."
        case TimeoutError():
            return f"{server} did not answer in time: check DATABASE_URL and the network."
        case ConnectionError() if "SSL" in str(error):
            return f"{server} offers no TLS: if the network between is private, add ?sslmode=disable to DATABASE_URL."
        case ConnectionError():
            return f"{server} does not answer: start it or correct DATABASE_URL."
        case _:
            return f"{server} cannot be reached: check the host in DATABASE_URL."


def _patient(config: dict[str, Any]) -> dict[str, Any]:
    """The same without time limits: a migration may take minutes."""
    default = config["connections"]["default"]
    own = default["credentials"]
    unhurried = own | {"command_timeout": None, "server_settings": own["server_settings"] | {"statement_timeout": "0"}}
    return config | {"connections": {"default": default | {"credentials": unhurried}}}
