"""Server-side sessions: stored in PostgreSQL, with a copy in Redis for a few seconds that may be lost any time."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import orjson

from services.core import audit, store
from services.core.transactions import after_commit, fetch, rows, transaction

LONGEST = timedelta(hours=24)
IDLE = timedelta(hours=2)
NOTED = timedelta(minutes=1)  # precision of the last use
CACHED = 15  # seconds
MAX_SESSIONS_LISTED = 100  # sessions in a list

_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")
_ENDED = b""  # tombstone of an ended session, so that a late reader can't put it back
_REMEMBER = """
if redis.call('GET', KEYS[1]) ~= '' then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end"""

_START = """
INSERT INTO sessions (user_id, digest, device) VALUES ($1, $2, $3) RETURNING id"""
_FIND = """
SELECT id, user_id, device, created_at, last_used_at FROM sessions
 WHERE digest = $1 AND created_at > now() - $2::interval AND last_used_at > now() - $3::interval"""
_USE = "UPDATE sessions SET last_used_at = now() WHERE id = $1 AND last_used_at < now() - $2::interval"
_OF = """
SELECT id, user_id, device, created_at, last_used_at FROM sessions
 WHERE user_id = $1 AND created_at > now() - $2::interval AND last_used_at > now() - $3::interval
 ORDER BY last_used_at DESC, id DESC LIMIT $4"""
_LOCK_ALL = "SELECT id FROM sessions WHERE user_id = $1 AND id IS DISTINCT FROM $2 ORDER BY id FOR UPDATE"
_END = "DELETE FROM sessions WHERE user_id = $1 AND id = ANY($2::bigint[]) RETURNING id, digest"
_EXPIRE = """
DELETE FROM sessions WHERE id IN (
    SELECT id FROM sessions WHERE created_at <= now() - $1::interval OR last_used_at <= now() - $2::interval
     ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)
RETURNING id, user_id"""


class Session(NamedTuple):
    """One signed-in browser."""

    id: int
    user_id: int
    device: str
    created_at: datetime
    last_used_at: datetime


async def start(user_id: int, *, device: str = "", replacing: str | None = None, request_id: str = "") -> str:
    """Sign a person in and return the cookie value, which is never stored; ends the session behind `replacing`."""
    cookie = secrets.token_urlsafe(32)
    async with transaction():
        if replacing and (before := await find(replacing)):
            await end(before.user_id, before.id, request_id=request_id)
        (row,) = await rows(_START, user_id, _digest(cookie), device)
        await audit.record(0, user_id, "session.created", str(row["id"]), {"device": device}, request_id)
    return cookie


async def find(cookie: str) -> Session | None:
    """The session of a cookie; None if unknown, after 24 hours, or after two hours without a request."""
    if not _COOKIE.fullmatch(cookie):
        return None
    digest = _digest(cookie)
    kept = await store.get(_key(digest))
    if kept == _ENDED:
        return None
    if kept and _fresh(session := _unpacked(kept)):
        return session
    found = await fetch(Session, _FIND, digest, LONGEST, IDLE)
    if not found:
        return None
    session = found[0]
    now = datetime.now(UTC)
    if now - session.last_used_at >= NOTED:
        await rows(_USE, session.id, NOTED)
        session = session._replace(last_used_at=now)
    await store.run(_REMEMBER, _key(digest), orjson.dumps(session._asdict()), CACHED)
    return session


async def of(user_id: int) -> list[Session]:
    """A person's sessions, most recently used first."""
    return await fetch(Session, _OF, user_id, LONGEST, IDLE, MAX_SESSIONS_LISTED)


async def end(user_id: int, session_id: int, *, request_id: str = "") -> bool:
    """End one session immediately in every process; False if the person has no such session."""
    async with transaction():
        gone = await rows(_END, user_id, [session_id])
        if gone:
            await _forget(row["digest"] for row in gone)
            await audit.record(0, user_id, "session.ended", str(session_id), request_id=request_id)
    return bool(gone)


async def end_all(user_id: int, *, keep: int | None = None, request_id: str = "") -> int:
    """End all sessions, or all except `keep`; returns how many ended."""
    async with transaction():
        ids = [row["id"] for row in await rows(_LOCK_ALL, user_id, keep)]
        gone = await rows(_END, user_id, ids) if ids else []
        if gone:
            await _forget(row["digest"] for row in gone)
            await audit.record(0, user_id, "session.all_ended", "", {"sessions": len(gone)}, request_id)
    return len(gone)


async def expire() -> None:
    """Delete expired sessions, each with an audit log entry."""
    while await _expire_some():
        pass


async def _expire_some() -> bool:
    async with transaction():
        gone = await rows(_EXPIRE, LONGEST, IDLE)
        for row in gone:
            await audit.record(0, row["user_id"], "session.expired", str(row["id"]))
    return bool(gone)


async def _forget(digests: Iterable[str]) -> None:
    """Leave a tombstone in the cache, for longer than any reader may still hold what it read before."""

    ended = [_key(digest) for digest in digests]

    async def mark() -> None:
        for key in ended:
            await store.put(key, _ENDED, CACHED)

    await after_commit(mark)


def _fresh(session: Session) -> bool:
    now = datetime.now(UTC)
    return now - session.last_used_at < NOTED and now - session.created_at < LONGEST


def _digest(cookie: str) -> str:
    return sha256(cookie.encode()).hexdigest()


def _key(digest: str) -> str:
    return f"session:{digest}"


def _unpacked(kept: bytes) -> Session:
    said = orjson.loads(kept)
    created_at, last_used_at = datetime.fromisoformat(said["created_at"]), datetime.fromisoformat(said["last_used_at"])
    return Session(said["id"], said["user_id"], said["device"], created_at, last_used_at)
