"""Durable jobs in the application's own database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson

from services.transactions import rows

_ENQUEUE = """
WITH made AS (
    INSERT INTO jobs (guild_id, kind, payload, key, due_at, max_attempts) VALUES ($1, $2, $3::jsonb, $4, $5, $6)
    ON CONFLICT DO NOTHING RETURNING id)
SELECT pg_notify('jobs', $2) FROM made"""
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
    """Add a job on the current transaction, so that it exists if and only if its cause does."""
    due = at or datetime.now(UTC)
    await rows(_ENQUEUE, guild_id, kind, orjson.dumps(payload).decode(), key, due, max_attempts)


async def remove(guild_id: int, key: str) -> None:
    """Forget a job that has no reason any more."""
    await rows(_REMOVE, guild_id, key)
