"""Command uses for tests, with their counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from services.core.transactions import rows
from tests.support.bot import ALICE, GUILD


class Used(NamedTuple):
    """One use of a command."""

    at: datetime
    user_id: int = ALICE
    command: str = "daily"
    milliseconds: int = 40
    outcome: str = "answered"
    guild_id: int = GUILD


async def use(*uses: Used) -> None:
    """Store uses as in production."""
    await rows(
        "INSERT INTO command_usage (guild_id, user_id, command_name, milliseconds, outcome, timestamp)"
        " SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::int[], $5::text[], $6::timestamptz[])",
        [one.guild_id for one in uses],
        [one.user_id for one in uses],
        [one.command for one in uses],
        [one.milliseconds for one in uses],
        [one.outcome for one in uses],
        [one.at for one in uses],
    )


def noon() -> datetime:
    """Today's noon in UTC."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


def days_ago(days: float) -> datetime:
    """A number of days before today's noon in UTC."""
    return noon() - timedelta(days=days)


def active(uses: Iterable[Used], last: date, size: int) -> int:
    """Distinct members in the `size` days ending with `last`, counted the slow way."""
    first = last - timedelta(days=size - 1)
    return len({one.user_id for one in uses if first <= one.at.date() <= last})
