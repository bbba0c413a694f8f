"""Digests under a key that the database doesn't have, so that nobody can make them who only has the database."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b, sha256
from typing import Any

import orjson

START = b""  # digest before the first event of a chain


class _Key:
    """The key of this installation."""

    value = b""


_key = _Key()


def use(key: bytes) -> None:
    """Set the key."""
    _key.value = key


def case_digest(salt: bytes, covered: Sequence[Any]) -> bytes:
    """The digest of a case as an event left it."""
    return _keyed(b"case", [salt, *covered])


def event_seal(salt: bytes, said: Sequence[Any], left: bytes) -> bytes:
    """The seal of what an event says and of the digest of the case it left."""
    return _keyed(b"event", [salt, *said, left])


def rest_seal(said: Sequence[Any], left: bytes, seal: bytes) -> bytes:
    """The seal of what erasure leaves of an event."""
    return _keyed(b"rest", [*said, left, seal])


def link(before: bytes, seal: bytes) -> bytes:
    """The digest of an event, which stands for everything before it as well."""
    return sha256(before + seal).digest()


def end_mac(guild_id: int, newest_case: int, length: int, head: bytes) -> bytes:
    """What shows that the end of a chain is ours."""
    return _keyed(b"end", [guild_id, newest_case, length, head])


def member_mark(guild_id: int, user_id: int) -> bytes:
    """What an erased member's id becomes: it can be recognized, but not read."""
    return _keyed(b"member", [guild_id, user_id])


def _keyed(purpose: bytes, values: Sequence[Any]) -> bytes:
    said = orjson.dumps(values, default=bytes.hex, option=orjson.OPT_SORT_KEYS)
    return blake2b(said, key=_key.value, person=purpose, digest_size=32).digest()
