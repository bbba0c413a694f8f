"""What is deleted when."""

from __future__ import annotations

from services.transactions import rows

BATCH = 5000  # rows in one statement, so that nobody waits for a lock

# A receipt answers a repeat of its request; Discord repeats within minutes, and ids older than a day are refused.
_RULES = (
    ("receipts", "created_at < now() - interval '7 days'"),
    ("command_usage", "timestamp < now() - interval '180 days'"),
    ("offers", "state <> 'open' AND expires_at < now() - interval '90 days'"),
    ("command_hours", "hour < now() - interval '90 days'"),
    ("command_days", "day < now() - interval '2 years'"),
    ("guild_days", "day < now() - interval '2 years'"),
    # Enough for windows of 90 days while rows come at most 30 days late; a first day tells newcomers from the rest.
    ("member_days", "NOT newcomer AND day < now() - interval '120 days'"),
    ("plans", "expires_at < now() - interval '1 day'"),
    ("sign_in_attempts", "created_at < now() - interval '1 hour'"),
    # Discord's refresh tokens live on with each use; who has not come back for so long has no use for them.
    ("discord_grants", "updated_at < now() - interval '30 days'"),
    # The tokens of a family go with it.
    ("refresh_families", "expires_at < now() OR ended_at < now() - interval '7 days'"),
    ("refresh_tokens", "expires_at < now()"),
    ("api_keys", "expires_at < now() - interval '30 days'"),
    ("jobs", "failed_at < now() - interval '30 days'"),
)


async def clean() -> None:
    """Delete what has had its time, in small steps."""
    for table, condition in _RULES:
        # Both parts are our own constants, never anybody's text.
        sql = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE {condition} LIMIT {BATCH}) RETURNING id"  # noqa: S608  # nosec B608
        while len(await rows(sql)) == BATCH:
            pass
