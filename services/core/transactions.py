"""Transactions, and what runs after they commit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import asyncpg
import orjson
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.context import get_current_context
from tortoise.transactions import in_transaction

T = TypeVar("T")
Row = dict[str, Any]
Sequel = Callable[[], Awaitable[object]]

# Ways a connection fails; the last one between the server's goodbye and the end of the stream.
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class GivenUp(Exception):
    """Nobody is waiting for this call any more, so its transaction is rolled back."""


class Gate:
    """Decides whether a transaction may commit: once closed before COMMIT, it can only roll back."""

    __slots__ = ("closed", "passed")

    def __init__(self) -> None:
        self.closed = self.passed = False

    def close(self) -> bool:
        """Give up the transaction; False if its COMMIT was already sent, so only the database knows."""
        self.closed = True
        return not self.passed

    def enter(self) -> None:
        """Call right before COMMIT, awaiting nothing in between; GivenUp if it must not be sent."""
        if self.closed:
            raise GivenUp
        self.passed = True


_sequels: ContextVar[list[Sequel]] = ContextVar("sequels")
_told: list[Callable[[], None]] = []


@asynccontextmanager
async def transaction(gate: Gate | None = None) -> AsyncIterator[None]:
    """Join the caller's transaction, or open one; an error that leaves the outermost block undoes everything.

    With a gate, it commits only if the gate is still open.
    """
    if in_progress():
        yield
        return
    sequels: list[Sequel] = []
    before = _sequels.set(sequels)
    try:
        async with in_transaction():
            yield
            if gate:
                gate.enter()
    finally:
        _sequels.reset(before)
    for tell in _told:
        tell()
    for sequel in sequels:
        await sequel()


def tell_of_commits(tell: Callable[[], None]) -> None:
    """Call `tell` after every commit of this process; it must neither block nor raise."""
    if tell not in _told:
        _told.append(tell)


async def after_commit(sequel: Sequel) -> None:
    """Run `sequel` once the current transaction commits, never if it rolls back, and at once outside of one.

    It must not raise, because the commit has happened. Meant for cache invalidation and notifications.
    """
    if in_progress():
        _sequels.get().append(sequel)
    else:
        await sequel()


def in_progress() -> bool:
    """Whether a transaction is open, so reads may see data that nobody else sees yet."""
    return isinstance(_connection(), TransactionalDBClient)


async def rows(sql: str, *values: Any) -> list[Row]:
    """The rows of one statement, in the current transaction if there is one."""
    return await _connection().execute_query_dict(sql, list(values))


async def fetch(row_class: type[T], sql: str, *values: Any) -> list[T]:
    """The rows of one statement as frozen dataclasses, with columns matched to fields by name.

    Enum fields are parsed from the stored word, mapping fields from the stored JSON.
    """
    decoders = _decoders(cast(Hashable, row_class))
    found = await rows(sql, *values)
    for row in found:
        for name, decode in decoders.items():
            if row[name] is not None:
                row[name] = decode(row[name])
    return [row_class(**row) for row in found]


def select(row_class: Any, table: str) -> str:
    """The SELECT clause for `fetch`: this dataclass's fields as columns of a table or alias."""
    return "SELECT " + ", ".join(f"{table}.{field.name}" for field in fields(row_class))


@cache
def _decoders(row_class: type) -> Mapping[str, Callable[[Any], Any]]:
    found: dict[str, Callable[[Any], Any]] = {}
    for name, hint in get_type_hints(row_class).items():
        for kind in (hint, *get_args(hint)):  # the second for `… | None`
            if isinstance(kind, type) and issubclass(kind, Enum):
                found[name] = kind
            elif get_origin(kind) in (dict, Mapping):
                found[name] = orjson.loads
    return found


def _connection() -> BaseDBAsyncClient:
    if get_current_context() is None:
        # A server that is away at startup is an outage like any other.
        raise ConnectionError("the database is not connected yet")
    return Tortoise.get_connection("default")
