"""PostgreSQL: the connection pool, directly or through a pooler, and schema upgrades."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import time
from typing import Any

import asyncpg
import structlog
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.transactions import in_transaction

from app.connections import LIMITS
from app.database_errors import DatabaseError, ReadOnly, explained
from app.database_url import credentials

log = structlog.get_logger(__name__)

# The pool logs an unreachable server with a traceback; whoever needs the server already logs a line.
logging.getLogger("asyncpg.pool").setLevel(logging.ERROR)

# Tortoise prepares the queries of every model after each operation of a migration, which takes half of the time, and no
# migration of ours sends one.
setattr(StateApps, "_build_initial_querysets", lambda _apps: None)  # noqa: B010  (Tortoise has no public way)

LATEST = MigrationTarget("models", "__latest__")
ANSWER_WITHIN = 10.0  # seconds at startup for the server to prove usable
PAUSES = (0.5, 1.0, 2.0, 5.0)  # seconds between attempts; the last one repeats
MIGRATION_PATIENCE = 60.0  # seconds: a deploy should see a failure while it is watched
LONGEST_LOCK = "1s"  # how long a migration waits for a table lock, with everyone else queued behind it

# The executor's own attempt to create this table would break the transaction it runs in.
RECORDS = """CREATE TABLE IF NOT EXISTS tortoise_migrations (id serial PRIMARY KEY, app varchar(255) NOT NULL,
    name varchar(255) NOT NULL, applied_at timestamptz NOT NULL, UNIQUE (app, name))"""
WAY = ("host", "port", "user", "password", "database", "ssl", "timeout", "server_settings")
# Without a pooler, the server process that greets us is the one that answers.
_FACTS = "SELECT pg_backend_pid() AS answers, current_setting('transaction_read_only') = 'on' AS read_only"


class Connection(asyncpg.Connection):  # type: ignore[misc]  # asyncpg ships no types, so its class is Any
    """A connection returned without a reset: we leave no session state behind, and a reset costs a round trip."""

    def get_reset_query(self) -> str:
        return ""


class SharedPool:
    """The process's single pool and its number of users: web and worker may run side by side."""

    context: TortoiseContext
    users = 0
    pooled = False  # whether a pooler is in front of the server


_opened = SharedPool()
_opening = asyncio.Lock()


def config(url: str, *, name: str = "tatiana", connections: int = 10) -> dict[str, Any]:
    """Tortoise's configuration: the database address and time limits."""
    to = credentials(url)
    limits = {
        "minsize": 1,
        "maxsize": connections,
        "command_timeout": 5,
        "max_inactive_connection_lifetime": 60,
        "connection_class": Connection,
        "target_session_attrs": "read-write",  # after a failover, the address may lead to a standby
        "server_settings": {"application_name": name, "timezone": "UTC"} | LIMITS | to.get("server_settings", {}),
    }
    return {
        "connections": {"default": {"engine": "app.connections", "credentials": to | limits}},
        "apps": {"models": {"models": ["models"], "default_connection": "default", "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


# For the `tortoise` command; creating a migration needs no server.
FOR_MIGRATIONS = config("postgresql://tatiana@localhost/tatiana")


async def connect(config: dict[str, Any]) -> None:
    """Open the pool, shared by later callers in this process; DatabaseError if the server fails."""
    async with _opening:
        if not _opened.users:
            _opened.context = await _open(config)
        _opened.users += 1


async def close() -> None:
    """Close the pool once its last user closes it."""
    async with _opening:
        _opened.users -= 1
        if not _opened.users:
            await _opened.context.close_connections()


async def connect_patiently(config: dict[str, Any], stop: asyncio.Event) -> bool:
    """Open the pool as soon as the server allows, logging each attempt; False if `stop` comes first."""
    for attempt in itertools.count():
        try:
            await connect(config)
        except DatabaseError as error:
            pause = _note(error, attempt)
        else:
            return True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await stop.wait()
                return False
    raise AssertionError("the attempts never end")


async def _open(config: dict[str, Any]) -> TortoiseContext:
    with explained(_to(config)):
        async with asyncio.timeout(ANSWER_WITHIN):
            _opened.pooled = await is_pooled(config)
            if _opened.pooled:
                config = _pooled(config)
            context = TortoiseContext()
            with context:  # only for init itself: requests and jobs have their own contexts, which find the fallback
                await context.init(config=config, _enable_global_fallback=True)
            try:
                await context.db().execute_query("SELECT 1")
            except BaseException:
                await context.close_connections()
                raise
            return context


async def is_pooled(config: dict[str, Any]) -> bool:
    """Whether a pooler such as PgBouncer is in front of the server; ReadOnly if the server accepts no writes."""
    to = _to(_pooled(config))
    connection = await asyncpg.connect(**{name: to[name] for name in WAY}, statement_cache_size=0)
    try:
        facts = await connection.fetchrow(_FACTS)
        if facts["read_only"]:
            raise ReadOnly
        return bool(facts["answers"] != connection.get_server_pid())
    finally:
        connection.terminate()


def suited(to: dict[str, Any]) -> dict[str, Any]:
    """Credentials for a connection outside the pool; behind a pooler, without named prepared statements."""
    return {"statement_cache_size": 0} | to if _opened.pooled else to


async def create(url: str) -> None:
    """Create the database if the server has none with that name."""
    wanted = credentials(url)
    with explained(wanted):
        server = await asyncpg.connect(**(wanted | {"database": "postgres"}))
        try:
            if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", wanted["database"]):
                name = wanted["database"].replace('"', '""')
                await server.execute(f'CREATE DATABASE "{name}"')
        finally:
            await server.close()


async def upgrade_patiently(config: dict[str, Any]) -> list[str]:
    """Upgrade once the server allows; DatabaseError for lasting failures, or after a minute."""
    give_up = time.monotonic() + MIGRATION_PATIENCE
    for attempt in itertools.count():
        try:
            return await upgrade(config)
        except DatabaseError as error:
            if not error.passing or time.monotonic() > give_up:
                raise
            await asyncio.sleep(_note(error, attempt))
    raise AssertionError("the attempts never end")


async def upgrade(config: dict[str, Any]) -> list[str]:
    """Apply every pending migration and name them; a long one waits until those before it are committed."""
    applied: list[str] = []
    async with TortoiseContext() as context:
        await context.init(config=_patient(config))
        with explained(_to(config)):
            while names := await _upgrade_some(config):
                applied += names
    return applied


async def _upgrade_some(config: dict[str, Any]) -> list[str]:
    """Apply the next pending migrations in one transaction under one lock, up to one that needs its own."""
    async with in_transaction("default") as transaction:
        await transaction.execute_script("SET LOCAL statement_timeout = 0")
        await transaction.execute_query_dict("SELECT pg_advisory_xact_lock(hashtext('tatiana:migrations'))")
        await transaction.execute_script(f"SET LOCAL lock_timeout = '{LONGEST_LOCK}'; {RECORDS}")
        executor = MigrationExecutor(transaction, config["apps"])
        plan = [step.migration for step in await executor.plan([LATEST])]
        some = [*plan[:1], *itertools.takewhile(lambda migration: not hasattr(migration, "apart"), plan[1:])]
        if some:
            await executor.migrate([MigrationTarget("models", some[-1].name)], direction="forward")
        return [migration.name for migration in some]


async def pending(config: dict[str, Any]) -> list[str]:
    """The migrations not yet applied to the database."""
    async with TortoiseContext() as context:
        await context.init(config=_pooled(config))
        with explained(_to(config)):
            client = context.db()
            # The planner takes any read failure for "nothing applied".
            await client.execute_query("SELECT 1")
            return [step.migration.name for step in await MigrationExecutor(client, config["apps"]).plan([LATEST])]


def _note(error: DatabaseError, attempt: int) -> float:
    """Log a failed attempt and return the seconds until the next."""
    pause = PAUSES[min(attempt, len(PAUSES) - 1)]
    log.error("no database yet", why=str(error), again_in=pause)
    return pause


def _to(config: dict[str, Any]) -> dict[str, Any]:
    to: dict[str, Any] = config["connections"]["default"]["credentials"]
    return to


def _with(config: dict[str, Any], **changes: Any) -> dict[str, Any]:
    default = config["connections"]["default"]
    return config | {"connections": {"default": default | {"credentials": _to(config) | changes}}}


def _pooled(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration behind a transaction pooler, where nothing may be left on a connection."""
    session = {name: value for name, value in _to(config)["server_settings"].items() if name not in LIMITS}
    # Only a size in the URL says that the pooler tracks prepared statements.
    return _with(config, server_settings=session, statement_cache_size=_to(config).get("statement_cache_size", 0))


def _patient(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration without a statement time limit: a migration may take minutes."""
    return _with(_pooled(config), command_timeout=None)
