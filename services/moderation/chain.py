"""The chain of a server's case events: writing to its end, and what each event covers.

A sealed text is covered as it reads, because the vault encrypts it anew when its keys are rotated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_bytes
from typing import Any

import orjson

from services.core import clock, vault
from services.core.transactions import Row, fetch, rows
from services.moderation import seals

TEXTS = vault.Column("case_events", "id", "text")
FILENAMES = vault.Column("case_evidence", "id", "filename")
USER_IDS = vault.Column("moderation_logs", "id", "sealed_user_id")
TAMPERED = "tampered"  # kind of an event which says that its case was changed before behind our back

_END = "SELECT guild_id, newest_case, length, head, mac FROM case_chains WHERE guild_id = $1"
_LOCK = f"{_END} FOR UPDATE"
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
_NEWEST = """
SELECT salt, case_digest FROM case_events WHERE guild_id = $1 AND number = $2 ORDER BY position DESC LIMIT 1"""
_NEW_ID = "SELECT nextval(pg_get_serial_sequence('case_events', 'id')) AS id"
_APPEND = """
WITH event AS (
    INSERT INTO case_events
           (id, guild_id, position, number, kind, actor_id, details, text, salt, case_digest, seal, digest, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, $9, $10, $11, $12, $13))
UPDATE case_chains SET newest_case = $14, length = $3, head = $12, mac = $15 WHERE guild_id = $2"""


@dataclass(slots=True)
class Chain:
    """The end of a server's chain."""

    guild_id: int
    newest_case: int
    length: int
    head: bytes
    mac: bytes

    @property
    def sound(self) -> bool:
        """Whether this end is one that we wrote."""
        return self.mac == self.own_mac()

    def own_mac(self) -> bytes:
        return seals.end_mac(self.guild_id, self.newest_case, self.length, self.head)


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is stored; without a salt once erased."""

    id: int
    guild_id: int
    position: int
    number: int
    kind: str
    actor_id: int
    details: Mapping[str, Any]
    text: bytes | None
    salt: bytes | None
    case_digest: bytes
    seal: bytes
    digest: bytes
    created_at: datetime

    def intact(self, emptied: Mapping[str, str]) -> bool:
        """Whether it is as it was written, or as the erasure left it that lists what it `emptied`."""
        if self.salt is None:
            return emptied.get(str(self.position)) == self.rest_seal().hex()
        return self.seal == seals.event_seal(self.salt, self._said(), self.case_digest)

    def rest_seal(self) -> bytes:
        """The seal of what erasure left."""
        return seals.rest_seal(self._said(), self.case_digest, self.seal)

    def _said(self) -> list[Any]:
        text = _legible(self.text, TEXTS, self.id)
        place = [self.guild_id, self.position, self.number]
        return [*place, self.kind, self.actor_id, self.details, text, self.created_at]


async def hold(guild_id: int) -> Chain:
    """Lock the end of a server's chain, in the caller's transaction; every writer does so first."""
    found = await fetch(Chain, _LOCK, guild_id)
    if not found:
        await rows(_BEGIN, guild_id, seals.START, seals.end_mac(guild_id, 0, 0, seals.START))
        found = await fetch(Chain, _LOCK, guild_id)
    return found[0]


async def end_of(guild_id: int) -> Chain | None:
    """The end of a server's chain, unlocked; None before its first case."""
    found = await fetch(Chain, _END, guild_id)
    return found[0] if found else None


async def check(chain: Chain, number: int) -> None:
    """Note if a case is not as its last event left it, before the next one covers what it says now."""
    found = await rows(_NEWEST, chain.guild_id, number)
    covered = (await cases(chain.guild_id, [number]))[number]
    if not found or not is_left(found[0]["salt"], covered, found[0]["case_digest"]):
        await append(chain, number, TAMPERED, 0)


async def append(
    chain: Chain,
    number: int,
    kind: str,
    actor_id: int,
    details: Mapping[str, Any] | None = None,
    *,
    text: str | None = None,
) -> None:
    """Add an event that leaves a case as it now is in the database."""
    sound, salt, at = chain.sound, token_bytes(16), clock.now()
    left = seals.case_digest(salt, (await cases(chain.guild_id, [number]))[number])
    stored, position = orjson.dumps(details or {}), chain.length + 1
    said = [chain.guild_id, position, number, kind, actor_id, orjson.loads(stored), text, at]
    seal = seals.event_seal(salt, said, left)
    (made,) = await rows(_NEW_ID)
    sealed = None if text is None else vault.seal(text, TEXTS, made["id"])
    chain.length, chain.head = position, seals.link(chain.head, seal)
    chain.newest_case = max(chain.newest_case, number)
    if sound:  # or an end that is right again would hide what was done to the one before
        chain.mac = chain.own_mac()
    await rows(
        _APPEND, made["id"], chain.guild_id, position, number, kind, actor_id, stored.decode(), sealed, salt,
        left, seal, chain.head, at, chain.newest_case, chain.mac,
    )  # fmt: skip


async def cases(guild_id: int, numbers: Sequence[int]) -> Mapping[int, list[Any]]:
    """What events cover of each of these cases and its evidence."""
    files: dict[int, list[Any]] = {}
    for row in await rows(_FILES, guild_id, numbers):
        files.setdefault(row["number"], []).append(_covered(row, FILENAMES))
    found = await rows(_CASES, guild_id, numbers)
    return {row["number"]: [*_covered(row, USER_IDS), files.get(row["number"], [])] for row in found}


def is_left(salt: bytes | None, covered: Sequence[Any], digest: bytes) -> bool:
    """Whether a case is as an event left it; the last event of a case always has its salt."""
    return salt is not None and seals.case_digest(salt, covered) == digest


def _covered(row: Row, sealed: vault.Column) -> list[Any]:
    return [_value(row, name, sealed) for name in row]


def _value(row: Row, name: str, sealed: vault.Column) -> Any:
    value = row[name]
    if name == "details":
        return orjson.loads(value)
    return _legible(value, sealed, row[sealed.key]) if name == sealed.name else value


def _legible(sealed: bytes | None, column: vault.Column, key: int) -> str | bytes | None:
    """A sealed text as it reads; what can't be read differs from everything that was sealed."""
    if sealed is None:
        return None
    try:
        return vault.unseal(sealed, column, key)
    except vault.Unreadable:
        return sealed
