"""Retention of live events: an hour, and never more than a maximum number."""

from __future__ import annotations

from services.core.transactions import rows, transaction

MAX_EVENTS_KEPT = 200_000  # events of all guilds
BATCH = 5000  # rows per statement, so that nobody waits long for a lock

_LAST = """
SELECT greatest((SELECT coalesce(max(id), 0) FROM live_events) - $1,
                (SELECT coalesce(max(id), 0) FROM live_events WHERE created_at < now() - interval '1 hour')) AS id"""
# Clients further back are told to reload. In one statement, so that no gap goes unrecorded.
_DELETE = """
WITH gone AS (
    DELETE FROM live_events WHERE id IN (SELECT id FROM live_events WHERE id <= $1 ORDER BY id LIMIT $2)
    RETURNING xid, id),
newest AS (SELECT xid, id FROM gone ORDER BY xid DESC, id DESC LIMIT 1),
noted AS (
    INSERT INTO live_history (id, xid, event_id) SELECT 1, xid, id FROM newest
    ON CONFLICT (id) DO UPDATE SET xid = excluded.xid, event_id = excluded.event_id
     WHERE (live_history.xid, live_history.event_id) < (excluded.xid, excluded.event_id))
SELECT count(*) AS deleted FROM gone"""
_TICKETS = "DELETE FROM socket_tickets WHERE created_at < now() - interval '1 minute'"


async def clean() -> None:
    """Delete events past their retention, in small steps."""
    (last,) = await rows(_LAST, MAX_EVENTS_KEPT)
    deleted = BATCH
    while deleted == BATCH:
        async with transaction():
            (row,) = await rows(_DELETE, last["id"], BATCH)
        deleted = row["deleted"]
    await rows(_TICKETS)
