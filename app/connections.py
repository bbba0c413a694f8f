"""Connections from the pool within a limit of time, and back whatever happens; Tortoise by itself waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import PoolConnectionWrapper, TransactionalDBClient, TransactionContextPooled
from tortoise.connection import get_connections

LONGEST_WAIT = 5.0  # seconds for a free connection


class _Borrowed(PoolConnectionWrapper[Any]):
    """A connection for one statement."""

    async def __aenter__(self) -> Any:
        async with asyncio.timeout(LONGEST_WAIT):
            return await super().__aenter__()


class _Transaction(TransactionContextPooled):
    """A connection for one transaction; one that could not begin is ended, or it would be missing for many seconds."""

    async def __aenter__(self) -> TransactionalDBClient:
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                return await super().__aenter__()
        except BaseException:
            if held := self.client._connection:  # noqa: SLF001  (Tortoise has no public way to it)
                held.terminate()
                get_connections().reset(self.token)
            raise


class Client(AsyncpgDBClient):
    """Tortoise's client of PostgreSQL, with a limit on the time that anybody waits for a connection."""

    def acquire_connection(self) -> _Borrowed:
        return _Borrowed(self, self._pool_init_lock)

    def _in_transaction(self) -> _Transaction:
        return _Transaction(TransactionWrapper(self), self._pool_init_lock)


client_class = Client  # what Tortoise looks for
