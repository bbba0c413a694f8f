"""The chain of case events: each one is sealed under a key that the database doesn't have.

A sealed text is covered as it reads, because the vault encrypts it anew when its keys are rotated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b, sha256
from secrets import token_bytes
from typing import Any

import orjson

from services.core import vault
from services.core.transactions import Row, fetch, rows

TEXTS = vault.Column("case_events", "id", "text")
FILENAMES = vault.Column("case_evidence", "id", "filename")
USER_IDS = vault.Column("moderation_logs", "id", "sealed_user_id")
START = b""  # digest before the first event

_LOCK = """
SELECT guild_id, newest_case, length, head, mac FROM case_chains WHERE guild_id = $1 FOR UPDATE"""
# Where a chain's row was deleted, writing goes on after what is there. Its mac is then that of an empty chain, so
# verification finds it.
_BEGIN = """
INSERT INTO case_chains (guild_id, newest_case, length, head, mac)
SELECT $1, (SELECT coalesce(max(number), 0) FROM moderation_logs WHERE guild_id = $1),
       (SELECT coalesce(max(position), 0) FROM case_events WHERE guild_id = $1), $2, $3
ON CONFLICT DO NOTHING"""
# All that a row says is covered, in this order.
_CASES = """
SELECT id, number, action, user_id, member_mark, sealed_user_id, channel_id, role_id, moderator_id, behalf_of_id,
       reason, duration, expires_at, state, failure, notice, details, key, batch, created_at, settled_at, ended_at
  FROM moderation_logs WHERE guild_id = $1 AND number = ANY($2)"""
_FILES = """
SELECT id, number, added_by, filename, content_type, size, sha256, channel_id, message_id, created_at
  FROM case_evidence WHERE guild_id = $1 AND number = ANY($2) ORDER BY id"""
_NEW_ID = "SELECT nextval(pg_get_serial_sequence('case_events', 'id')) AS id"
_APPEND = """
WITH event AS (
    INSERT INTO case_events
           (id, guild_id, position, number, kind, actor_id, details, text, salt, case_digest, seal, digest, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13))
UPDATE case_chains SET newest_case = $14, length = $3, head = $12, mac = $15 WHERE guild_id = $2"""


class _Key:
    """The key of this installation."""

    value = b""


_key = _Key()


@dataclass(slots=True)
class Chain:
    """The end of a guild's chain, locked until the transaction ends."""

    guild_id: int
    newest_case: int
    length: int
    head: bytes
    mac: bytes

    @property
    def sound(self) -> bool:
        """Whether this end is one that we wrote."""
        return self.mac == end_mac(self)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a case, with its note as it reads."""

    guild_id: int
    position: int
    number: int
    kind: str
    actor_id: int
    details: Mapping[str, Any]
    text: str | None
    created_at: datetime


def use(key: bytes) -> None:
    """Set the key that seals are made with."""
    _key.value = key


async def hold(guild_id: int) -> Chain:
    """Lock the end of a guild's chain, in the caller's transaction; every writer does so first."""
    found = await fetch(Chain, _LOCK, guild_id)
    if not found:
        empty = Chain(guild_id, 0, 0, START, b"")
        await rows(_BEGIN, guild_id, START, end_mac(empty))
        found = await fetch(Chain, _LOCK, guild_id)
    return found[0]


async def append(
    chain: Chain,
    number: int,
    kind: str,
    actor_id: int,
    at: datetime,
    details: Mapping[str, Any] | None = None,
    text: str | None = None,
) -> None:
    """Add an event that leaves a case as it now is in the database."""
    sound, salt = chain.sound, token_bytes(16)
    covered = (await cases(chain.guild_id, [number]))[number]
    stored = orjson.dumps(details or {})
    event = Event(chain.guild_id, chain.length + 1, number, kind, actor_id, orjson.loads(stored), text, at)
    ((made,), left) = await rows(_NEW_ID), case_digest(salt, covered)
    seal = event_seal(salt, event, left)
    sealed = vault.seal(text, TEXTS, made["id"]) if text is not None else None
    chain.length, chain.head = event.position, link(chain.head, seal)
    chain.newest_case = max(chain.newest_case, number)
    if sound:  # or tampering before would be hidden by an end that is right again
        chain.mac = end_mac(chain)
    await rows(
        _APPEND, made["id"], chain.guild_id, event.position, number, kind, actor_id, stored.decode(), sealed, salt,
        left, seal, chain.head, at, chain.newest_case, chain.mac,
    )  # fmt: skip


async def cases(guild_id: int, numbers: Sequence[int]) -> Mapping[int, list[Any]]:
    """What seals cover of each of these cases and its evidence; Unreadable if a sealed text was altered."""
    files: dict[int, list[Any]] = {}
    for row in await rows(_FILES, guild_id, numbers):
        files.setdefault(row["number"], []).append(_covered(row, FILENAMES))
    found = await rows(_CASES, guild_id, numbers)
    return {row["number"]: [*_covered(row, USER_IDS), files.get(row["number"], [])] for row in found}


def case_digest(salt: bytes, covered: Sequence[Any]) -> bytes:
    """The digest of a case."""
    return _keyed(b"case", [salt, *covered])


def event_seal(salt: bytes, event: Event, left: bytes) -> bytes:
    """The seal of an event and of the digest of the case it left."""
    said = [event.guild_id, event.position, event.number, event.kind, event.actor_id, event.details, event.text]
    return _keyed(b"event", [salt, *said, event.created_at, left])


def link(before: bytes, seal: bytes) -> bytes:
    """The digest of an event, which names everything before it."""
    return sha256(before + seal).digest()


def end_mac(chain: Chain) -> bytes:
    """What shows that this end of the chain is ours."""
    return _keyed(b"end", [chain.guild_id, chain.newest_case, chain.length, chain.head])


def member_mark(guild_id: int, user_id: int) -> bytes:
    """What an erased member's id becomes: it can be recognized, but not read."""
    return _keyed(b"member", [guild_id, user_id])


def _keyed(purpose: bytes, values: Sequence[Any]) -> bytes:
    said = orjson.dumps(values, default=bytes.hex, option=orjson.OPT_SORT_KEYS)
    return blake2b(said, key=_key.value, person=purpose, digest_size=32).digest()


def _covered(row: Row, sealed: vault.Column) -> list[Any]:
    return [_value(row, name, sealed) for name in row]


def _value(row: Row, name: str, sealed: vault.Column) -> Any:
    value = row[name]
    if name == "details":
        return orjson.loads(value)
    if name == sealed.name and value is not None:
        return vault.unseal(value, sealed, row[sealed.key])
    return value
