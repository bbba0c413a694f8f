"""The time that rules and records go by, which development can move forward (docs/decisions/0018-the-clock.md)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    """The current time, in UTC. In SQL, `tatiana_now()`."""
    return datetime.now(UTC) + _ahead
