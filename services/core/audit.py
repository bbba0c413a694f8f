"""The audit log: who did what that matters for trust."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from services.core.audit_actions import ACTIONS, Event
from services.core.transactions import Row, rows

NEWEST = 2**62  # stands above every event

# What is to be posted is noted in the same statement, where a server has a log channel: no act is lost, none made up.
_RECORD = """
WITH event AS (
    INSERT INTO audit_log (guild_id, actor_id, action, target, details, request_id, created_at)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, now()) RETURNING id)
INSERT INTO log_posts (guild_id, event_id)
SELECT $1, event.id FROM event
 WHERE $7 AND EXISTS (
    SELECT FROM guilds WHERE discord_id = $1 AND config #>> '{general,log_channel_id}' IS NOT NULL)"""
_PAGE = """
SELECT id, actor_id, action, target, details, request_id, created_at FROM audit_log
 WHERE guild_id = $1 AND id < $2 AND ($3::bigint IS NULL OR actor_id = $3) AND ($4 = '' OR starts_with(action, $4))
 ORDER BY id DESC LIMIT $5"""


async def record(
    guild_id: int,
    actor_id: int,
    action: str,
    target: str = "",
    details: Mapping[str, Any] | None = None,
    request_id: str = "",
) -> None:
    """Note an act on the current transaction, so that it stands in the log if and only if it happened."""
    noted, posted = orjson.dumps(details or {}).decode(), action in ACTIONS and ACTIONS[action].posted
    await rows(_RECORD, guild_id, actor_id, action, target, noted, request_id, posted)


async def page(
    guild_id: int, *, before: int = NEWEST, actor_id: int | None = None, action: str = "", limit: int = 50
) -> Sequence[Event]:
    """A guild's log, newest first: what is older than event `before`, of one actor or of one kind of act if asked."""
    return [event(row) for row in await rows(_PAGE, guild_id, before, actor_id, action, limit)]


def event(row: Row) -> Event:
    """A row of the log."""
    return Event(
        row["id"],
        row["actor_id"],
        row["action"],
        row["target"],
        orjson.loads(row["details"]),
        row["request_id"],
        row["created_at"],
    )
