"""One way to say "all or nothing"."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.context import get_current_context
from tortoise.transactions import in_transaction

Row = dict[str, Any]


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Join the caller's transaction, or open one; an error that leaves the outermost block undoes everything."""
    if isinstance(_connection(), TransactionalDBClient):
        yield
    else:
        async with in_transaction():
            yield


async def rows(sql: str, *values: Any) -> list[Row]:
    """The rows of one statement, on the current transaction if there is one."""
    return await _connection().execute_query_dict(sql, list(values))


def _connection() -> BaseDBAsyncClient:
    if get_current_context() is None:
        # A server that is away at our start is an outage like any other.
        raise ConnectionError("the database is not connected yet")
    return Tortoise.get_connection("default")
