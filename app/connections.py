"""Pool connections with a time limit, always returned; Tortoise alone would wait forever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Coroutine
from types import TracebackType
from typing import Any

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import PoolConnectionWrapper, TransactionalDBClient, TransactionContextPooled
from tortoise.connection import get_connections

from services.core.transactions import LOST

LONGEST_WAIT = 5.0  # seconds for a free connection
# In milliseconds; set when a session that belongs to us alone is opened.
LIMITS = {"statement_timeout": "10000", "idle_in_transaction_session_timeout": "15000"}
_LIMITED = "; ".join(f"SET LOCAL {name} = {value}" for name, value in LIMITS.items())

_BROKEN_OFF = (asyncio.CancelledError, TimeoutError)

Kind = type[BaseException] | None

_returning: set[asyncio.Task[None]] = set()


def _later(returning: Coroutine[Any, Any, None]) -> None:
    """Return a connection in the background: the driver waits for the server to confirm a cancelled query.

    A silent server would otherwise hold up the very caller who gave up waiting for it.
    """
    task = asyncio.create_task(_quietly(returning))
    _returning.add(task)
    task.add_done_callback(_returning.discard)


async def _quietly(returning: Coroutine[Any, Any, None]) -> None:
    with contextlib.suppress(*LOST):  # then the pool opens another one
        await returning


class _Borrowed(PoolConnectionWrapper[Any]):
    """A connection for one statement."""

    async def __aenter__(self) -> Any:
        async with asyncio.timeout(LONGEST_WAIT):
            return await super().__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, _BROKEN_OFF):
            _later(super().__aexit__(kind, error, trace))
        else:
            await super().__aexit__(kind, error, trace)


class _Transaction(TransactionContextPooled):
    """A connection for one transaction; if BEGIN fails it is closed, or the pool would miss it for many seconds."""

    limited = True  # whether the session has the limits set

    async def __aenter__(self) -> TransactionalDBClient:
        try:
            async with asyncio.timeout(LONGEST_WAIT):
                client = await super().__aenter__()
                if not self.limited:  # a pooler reuses the session, so the limits must end with the transaction
                    await client.execute_script(_LIMITED)
                return client
        except BaseException:
            if held := self.client._connection:  # noqa: SLF001  (Tortoise has no public way to it)
                held.terminate()
                get_connections().reset(self.token)
            raise

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, _BROKEN_OFF):
            get_connections().reset(self.token)
            _later(self._undo())
        else:
            await super().__aexit__(kind, error, trace)

    async def _undo(self) -> None:
        client = self.client
        try:
            await client.rollback()
        finally:
            await client._parent._pool.release(client._connection)  # noqa: SLF001  (no public way: Tortoise itself releases it like this)


class Client(AsyncpgDBClient):
    """Tortoise's PostgreSQL client, with a time limit on waiting for a connection."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._limited = LIMITS.keys() <= self.server_settings.keys()

    def acquire_connection(self) -> _Borrowed:
        return _Borrowed(self, self._pool_init_lock)

    def _in_transaction(self) -> _Transaction:
        transaction = _Transaction(TransactionWrapper(self), self._pool_init_lock)
        transaction.limited = self._limited
        return transaction


client_class = Client  # the name Tortoise looks for
