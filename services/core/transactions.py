"""One way to say "all or nothing", and what follows once it is all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

import asyncpg
from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.context import get_current_context
from tortoise.transactions import in_transaction

Row = dict[str, Any]
Sequel = Callable[[], Awaitable[object]]

# How a connection fails; the last one between the server's farewell and the end of the stream.
LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class GivenUp(Exception):
    """Nobody waits for this call any more, so its transaction is rolled back."""


class Gate:
    """Whether a transaction may still be committed: closed before its COMMIT is sent, it can only be rolled back."""

    __slots__ = ("closed", "passed")

    def __init__(self) -> None:
        self.closed = self.passed = False

    def close(self) -> bool:
        """Give the transaction up; False if its COMMIT was sent already, so that only the database knows."""
        self.closed = True
        return not self.passed

    def enter(self) -> None:
        """Called right before a COMMIT is sent, with nothing awaited in between; GivenUp if it must not be sent."""
        if self.closed:
            raise GivenUp
        self.passed = True


_sequels: ContextVar[list[Sequel]] = ContextVar("sequels")
_told: list[Callable[[], None]] = []


@asynccontextmanager
async def transaction(gate: Gate | None = None) -> AsyncIterator[None]:
    """Join the caller's transaction, or open one; an error that leaves the outermost block undoes everything.

    With a gate it is committed only if nobody has closed that by then.
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
    """Call this after each commit of this process from now on; it must neither wait nor raise."""
    if tell not in _told:
        _told.append(tell)


async def after_commit(sequel: Sequel) -> None:
    """Run this once the current transaction is committed, and never if it is undone; at once outside of one.

    It must not raise: what it follows has happened. For forgetting and telling, where a moment earlier is too early.
    """
    if in_progress():
        _sequels.get().append(sequel)
    else:
        await sequel()


def in_progress() -> bool:
    """Whether what is read here may not have happened for anybody else yet."""
    return isinstance(_connection(), TransactionalDBClient)


async def rows(sql: str, *values: Any) -> list[Row]:
    """The rows of one statement, on the current transaction if there is one."""
    return await _connection().execute_query_dict(sql, list(values))


def _connection() -> BaseDBAsyncClient:
    if get_current_context() is None:
        # A server that is away at our start is an outage like any other.
        raise ConnectionError("the database is not connected yet")
    return Tortoise.get_connection("default")
