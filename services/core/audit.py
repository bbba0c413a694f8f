"""The audit log: every action that trust depends on, and who took it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from services.core.audit_actions import ACTIONS, Event
from services.core.transactions import fetch, rows

NEWEST = 2**62  # greater than any event id

# If the server has a log channel, the post is queued in the same statement: none is lost, none is invented.
_RECORD = """
WITH event AS (
    INSERT INTO audit_log (guild_id, actor_id, action, target, details, request_id, created_at)
    VALUES ($1, $2, $3, $4, $5::jsonb, $6, tatiana_now()) RETURNING id)
INSERT INTO log_posts (guild_id, event_id)
SELECT $1, event.id FROM event
 WHERE $7 AND EXISTS (
    SELECT FROM guilds WHERE discord_id = $1 AND config #>> '{general,log_channel_id}' IS NOT NULL)"""
_PAGE = """
SELECT id, actor_id, action, target, details, request_id, created_at AS at FROM audit_log
 WHERE guild_id = $1 AND id < $2 AND ($3::bigint IS NULL OR actor_id = $3) AND ($4 = '' OR starts_with(action, $4))
   AND (cardinality($5::text[]) = 0 OR action = ANY ($5))
 ORDER BY id DESC LIMIT $6"""


async def record(
    guild_id: int,
    actor_id: int,
    action: str,
    target: str = "",
    details: Mapping[str, Any] | None = None,
    request_id: str = "",
) -> None:
    """Record an action in the current transaction, so that it is logged if and only if it happened."""
    noted, posted = orjson.dumps(details or {}).decode(), action in ACTIONS and ACTIONS[action].posted
    await rows(_RECORD, guild_id, actor_id, action, target, noted, request_id, posted)


async def page(
    guild_id: int,
    *,
    before: int = NEWEST,
    actor_id: int | None = None,
    action: str = "",
    actions: Sequence[str] = (),
    limit: int = 50,
) -> Sequence[Event]:
    """A guild's log, newest first: entries older than event `before`.

    They can be limited to one actor, to actions whose name starts with `action`, and to some actions by name.
    """
    return await fetch(Event, _PAGE, guild_id, before, actor_id, action, list(actions), limit)
