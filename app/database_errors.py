"""Errors of PostgreSQL, or a pooler in front of it, as one sentence for the host."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
from asyncpg.exceptions import TargetServerAttributeNotMatched
from tortoise.exceptions import BaseORMException

from app.settings import StartError
from services.core.transactions import LOST


class DatabaseError(StartError):
    """PostgreSQL can't be used as configured; `passing` if waiting may help."""

    def __init__(self, sentence: str, *, passing: bool) -> None:
        super().__init__(sentence)
        self.passing = passing


class ReadOnly(Exception):
    """The server accepts reads but no writes."""


class NoTls(Exception):
    """The server does not speak TLS."""


PASSING = (
    OSError,
    ReadOnly,
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresConnectionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
)
LASTING = (asyncpg.DiskFullError, ssl.SSLError)

# The first match is reported.
_SENTENCES: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (
        asyncpg.InvalidAuthorizationSpecificationError,
        "{server} refused user {user!r} ({error}): check the database URL (a password's @ and / are %40 and %2F).",
    ),
    (asyncpg.InvalidCatalogNameError, "{server} has no database {database!r}: create it or correct the database URL."),
    (
        asyncpg.InsufficientPrivilegeError,
        "{server} does not let user {user!r} do this ({error}): make it the owner of database {database!r}.",
    ),
    (asyncpg.DiskFullError, "{server} has no disk space left ({error}): free some or enlarge the disk."),
    (
        asyncpg.TooManyConnectionsError,
        "{server} has no connection left ({error}): raise its max_connections or put PgBouncer in front of it.",
    ),
    (asyncpg.CannotConnectNowError, "{server} is starting, stopping or recovering ({error})."),
    (
        (ReadOnly, TargetServerAttributeNotMatched, asyncpg.ReadOnlySQLTransactionError),
        "{server} is read-only: the database URL must lead to the primary; some hosts do this when the disk is full.",
    ),
    (asyncpg.ProtocolViolationError, "{server} refused the connection: {error}."),
    ((asyncpg.OperatorInterventionError, asyncpg.PostgresConnectionError), "{server} ended the connection ({error})."),
    (
        (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError),
        "{server} has a table that somebody else keeps locked ({error}): end long transactions, such as a backup's.",
    ),
    (asyncpg.PostgresError, "{server} refused: {error} (SQLSTATE {error.sqlstate})."),
    (NoTls, "{server} offers no TLS: if the network between is private, add ?sslmode=disable to the database URL."),
    (
        ssl.SSLCertVerificationError,
        "{server} showed a certificate that is not trusted ({error.verify_message}): check sslrootcert.",
    ),
    (ssl.SSLError, "{server} and we could not agree on TLS ({error.reason}): check sslmode in the database URL."),
    (TimeoutError, "{server} did not answer in time: check the database URL and the network."),
    (socket.gaierror, "{server} can't be found ({error.strerror}): check the host in the database URL."),
    (ConnectionError, "{server} does not answer: start it or correct the database URL."),
    (OSError, "{server} can't be reached ({error}): check the host in the database URL."),
    (Exception, "{server} can't be used ({error!r}): check the database URL."),
)


@contextmanager
def explained(to: dict[str, Any]) -> Iterator[None]:
    """Turn the driver's connection errors into a DatabaseError."""
    try:
        yield
    except (BaseORMException, ReadOnly, *LOST) as error:
        cause = _cause(error)
        if isinstance(cause, BaseORMException):  # not the server's fault
            raise
        passing = isinstance(cause, PASSING) and not isinstance(cause, LASTING)
        raise DatabaseError(_sentence(cause, to), passing=passing) from error


def _cause(error: Exception) -> Exception:
    """The driver's own error, which Tortoise may have wrapped."""
    if isinstance(error, BaseORMException) and isinstance(error.__cause__, Exception):
        return error.__cause__
    if isinstance(error, ConnectionError) and "SSL" in str(error):
        return NoTls(str(error))
    return error


def _sentence(error: Exception, to: dict[str, Any]) -> str:
    server = f"PostgreSQL at {to['host']}" + ("" if to["host"].startswith("/") else f":{to['port']}")
    text = next(text for kinds, text in _SENTENCES if isinstance(error, kinds))
    return text.format(server=server, error=error, user=to["user"], database=to["database"])
