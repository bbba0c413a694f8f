"""Durable jobs, stored in the application's own database."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
import structlog

from services.core import clock
from services.core.transactions import Row, rows

REQUEST = "request_id"  # payload key for the request id of its cause, for logs; handlers don't see it

# An abandoned job would block its key until deleted. Its attempts keep counting, because they are the fencing token.
_ENQUEUE = """
WITH revived AS (
    UPDATE jobs SET kind = $2, payload = $3::jsonb, due_at = $5, max_attempts = attempts + $6, error = NULL,
                    failed_at = NULL, leased_until = NULL, leased_by = NULL
     WHERE guild_id = $1 AND key = $4 AND failed_at IS NOT NULL RETURNING id),
made AS (
    INSERT INTO jobs (guild_id, kind, payload, key, due_at, max_attempts) VALUES ($1, $2, $3::jsonb, $4, $5, $6)
    ON CONFLICT DO NOTHING RETURNING id)
SELECT pg_notify('jobs', $2) FROM (TABLE revived UNION ALL TABLE made) AS added"""
# Held from the start by the worker of the process that adds it; returns what a worker needs to run it.
_ENQUEUE_HELD = """
INSERT INTO jobs (guild_id, kind, payload, key, due_at, max_attempts, attempts, leased_by, leased_until)
VALUES ($1, $2, $3::jsonb, $4, tatiana_now(), $5, 1, $6, now() + make_interval(secs => $7))
ON CONFLICT DO NOTHING RETURNING id, guild_id, kind, payload, attempts, max_attempts, 0::float8 AS late"""
_REMOVE = "DELETE FROM jobs WHERE guild_id = $1 AND key = $2"


async def enqueue(
    kind: str,
    payload: dict[str, Any],
    *,
    guild_id: int = 0,
    key: str | None = None,
    at: datetime | None = None,
    max_attempts: int = 8,
) -> None:
    """Add a job in the current transaction, so that it exists if and only if its cause does.

    While a job with this key is waiting or running, no second one is added; an abandoned one is retried.
    """
    due = at or clock.now()
    await rows(_ENQUEUE, guild_id, kind, _stored(payload), key, due, max_attempts)


async def enqueue_held(
    kind: str, payload: dict[str, Any], holder: UUID, lease: float, *, guild_id: int, key: str, max_attempts: int
) -> Row | None:
    """Add a job that this worker holds for `lease` seconds; None if there is one with this key."""
    held = await rows(_ENQUEUE_HELD, guild_id, kind, _stored(payload), key, max_attempts, holder, lease)
    return held[0] if held else None


async def remove(guild_id: int, key: str) -> None:
    """Delete a job that is no longer needed."""
    await rows(_REMOVE, guild_id, key)


def cause() -> str:
    """The id of the request that is handled, or that caused the running job; empty if there is none."""
    return str(structlog.contextvars.get_contextvars().get(REQUEST, ""))


def _stored(payload: dict[str, Any]) -> str:
    request_id = cause()
    return orjson.dumps(payload | {REQUEST: request_id} if request_id else payload).decode()
