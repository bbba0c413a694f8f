"""The audit log: who did what that matters for trust."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from services.transactions import rows

_RECORD = """
INSERT INTO audit_log (guild_id, actor_id, action, target, details, request_id, created_at)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, now())"""


async def record(
    guild_id: int,
    actor_id: int,
    action: str,
    target: str = "",
    details: Mapping[str, Any] | None = None,
    request_id: str = "",
) -> None:
    """Note an act on the current transaction, so that it stands in the log if and only if it happened."""
    await rows(_RECORD, guild_id, actor_id, action, target, orjson.dumps(details or {}).decode(), request_id)
