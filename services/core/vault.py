"""Encryption at rest: texts bound to the row they are stored in, under keys that can be rotated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import structlog
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from services.core import audit
from services.core.transactions import rows, transaction

log = structlog.get_logger(__name__)

BATCH = 200  # rows


class Unreadable(Exception):
    """The text was altered, belongs to another row, or its key is gone."""


class Column(NamedTuple):
    """A column of sealed texts; `key` is the column that identifies the row."""

    table: str
    key: str
    name: str

    def row(self, key: int) -> str:
        """The associated data that binds a text to its row."""
        return f"{self.table}.{self.name}:{key}"


_keys: dict[bytes, Aead] = {}


def use(keys: Mapping[str, bytes]) -> None:
    """Set the keys: the first one seals, all of them open."""
    made = {_prefix(name): Aead(key) for name, key in keys.items()}
    _keys.clear()
    _keys.update(made)


def seal(text: str, column: Column, key: int) -> bytes:
    """Encrypt a text for one row; the same text never encrypts to the same value twice."""
    prefix, box = next(iter(_keys.items()))
    return prefix + bytes(box.encrypt(text.encode(), _bound(prefix, column, key)))


def unseal(sealed: bytes, column: Column, key: int) -> str:
    """Decrypt a text; Unreadable if it, its row or its key name was altered."""
    prefix = sealed[: 1 + sealed[0]] if sealed else b""
    box = _keys.get(prefix)
    if box is None:
        raise Unreadable
    try:
        return box.decrypt(sealed[len(prefix) :], _bound(prefix, column, key)).decode()
    except (CryptoError, ValueError):
        raise Unreadable from None


async def renew(columns: Sequence[Column]) -> int:
    """Re-encrypt texts under the newest key while others read and write; returns how many."""
    renewed = sum([await _renew(column) for column in columns])
    if renewed:
        await audit.record(0, 0, "encryption.renewed", "", {"texts": renewed})
    return renewed


async def _renew(column: Column) -> int:
    newest = next(iter(_keys))
    table, key, name = column
    # All three are our own constants, never user input.
    old = f"""SELECT {key} AS key, {name} AS sealed FROM {table}
        WHERE substring({name} FROM 1 FOR length($1::bytea)) <> $1 AND {key} > $2 ORDER BY {key} LIMIT $3"""  # noqa: S608  # nosec B608  (our own names)
    # Only if unchanged: someone may have written a newer text in between.
    change = f"UPDATE {table} SET {name} = $1 WHERE {key} = $2 AND {name} = $3 RETURNING {key}"  # noqa: S608  # nosec B608  (our own names)
    renewed, last = 0, -1
    while found := await rows(old, newest, last, BATCH):
        async with transaction():
            for row in found:
                try:
                    text = unseal(row["sealed"], column, row["key"])
                except Unreadable:
                    log.error("a sealed text can't be read", table=table)
                    continue
                renewed += len(await rows(change, seal(text, column, row["key"]), row["key"], row["sealed"]))
        last = found[-1]["key"]
    return renewed


def _prefix(name: str) -> bytes:
    named = name.encode()
    return bytes([len(named)]) + named


def _bound(prefix: bytes, column: Column, key: int) -> bytes:
    return prefix + column.row(key).encode()
