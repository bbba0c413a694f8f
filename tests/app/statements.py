"""The statements that one release sends, recorded while it runs and sent again to another release's schema."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from asyncpg.prepared_stmt import PreparedStatement

from app import database

Statement = tuple[str, list[Any]]
Transaction = list[Statement]

# How the values of a file, which are texts, become what a parameter of this type takes.
_READ: Mapping[str, Callable[[str], Any]] = {
    "bool": lambda text: text == "True",
    "bytea": bytes.fromhex,
    "date": date.fromisoformat,
    "float8": float,
    "int2": int,
    "int4": int,
    "int8": int,
    "oid": int,
    "interval": lambda text: timedelta(seconds=float(text)),
    "timestamptz": datetime.fromisoformat,
}


class Recording:
    """Everything that was committed, transaction by transaction."""

    def __init__(self) -> None:
        self.on = False
        self.transactions: list[Transaction] = []

    def connection_class(self) -> type[database.Connection]:
        """A class of connections that are listened to."""
        recording = self

        class Heard(database.Connection):
            def __init__(self, *parts: Any) -> None:
                super().__init__(*parts)
                self.add_query_logger(recording._listener())

        return Heard

    def _listener(self) -> Callable[[Any], None]:
        begun: Transaction | None = None

        def hear(said: Any) -> None:
            nonlocal begun
            word = said.query.split(maxsplit=1)[0].upper().rstrip(";")
            statement = (said.query, [_text(value) for value in said.args or ()])
            if word == "BEGIN":
                begun = []
            elif word == "ROLLBACK":
                begun = None
            elif word == "COMMIT":
                self._keep(begun or [])
                begun = None
            elif word in ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH") and said.exception is None:
                if begun is None:
                    self._keep([statement])
                else:
                    begun.append(statement)

        return hear

    def _keep(self, transaction: Transaction) -> None:
        if self.on and transaction:
            self.transactions.append(transaction)

    def write(self, file: Path) -> None:
        with gzip.GzipFile(file, "wb", mtime=0) as packed:
            packed.write(json.dumps(self.transactions, indent=0).encode())


def read(file: Path) -> list[Transaction]:
    """What was recorded."""
    transactions: list[Transaction] = json.loads(gzip.decompress(file.read_bytes()))
    return transactions


async def send(statement: PreparedStatement, values: Sequence[Any]) -> None:
    """Send a recorded statement with its values."""
    wanted = [parameter.name for parameter in statement.get_parameters()]
    await statement.fetch(*(_value(name, value) for name, value in zip(wanted, values, strict=True)))


def _value(wanted: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_value(wanted.removesuffix("[]"), part) for part in value]
    return value if value is None else _READ.get(wanted, str)(value)


def _text(value: Any) -> Any:
    match value:
        case None:
            return None
        case list() | tuple() | set() | frozenset():
            return [_text(part) for part in value]
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case timedelta():
            return str(value.total_seconds())
    return str(value)
