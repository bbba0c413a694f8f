"""The time that rules and records go by, which development can move forward (docs/decisions/0018-the-clock.md)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    """The current time, in UTC. In SQL, `tatiana_now()`."""
    return datetime.now(UTC) + _ahead


def ahead() -> timedelta:
    """How far ahead of real time that is; nothing, outside of development."""
    return _ahead


def run_ahead(by: timedelta) -> None:
    """Run ahead of real time by this much. Only `app/moved_clock.py` calls this, which moves the database along."""
    global _ahead  # noqa: PLW0603  (one clock for the whole process)
    _ahead = by
