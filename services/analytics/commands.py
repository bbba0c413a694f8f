"""Uses and response times of every command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.analytics import latency
from services.analytics.ranges import span
from services.core.transactions import Row, rows

# The first and last row of each command in the range; everything in between is the difference of their running totals.
# Hourly totals restart each day and add to the daily ones. Names are found one by one in the index, which
# takes as many steps as there are commands, not as rows.
_FIGURES = """
WITH RECURSIVE names AS (
    (SELECT command_name FROM {table} WHERE guild_id = $1 ORDER BY command_name LIMIT 1)
    UNION ALL
    SELECT (SELECT command_name FROM {table} WHERE guild_id = $1 AND command_name > names.command_name
             ORDER BY command_name LIMIT 1)
      FROM names WHERE command_name IS NOT NULL)
SELECT command_name, first.earlier AS before, last.earlier AS within, last.own{days}
  FROM names, LATERAL (
       SELECT earlier, {at} AS at FROM {table}
        WHERE guild_id = $1 AND command_name = names.command_name AND {at} >= $2 AND {at} < $3
        ORDER BY {at} LIMIT 1) AS first, LATERAL (
       SELECT earlier, {at} AS at, ARRAY[uses, answered, deferred, refused, failed] || latency AS own FROM {table}
        WHERE guild_id = $1 AND command_name = names.command_name AND {at} >= $2 AND {at} < $3
        ORDER BY {at} DESC LIMIT 1) AS last"""
_DAY = """
       (SELECT earlier FROM command_days WHERE guild_id = $1 AND command_name = names.command_name
           AND day = ({row}.at AT TIME ZONE 'UTC')::date) AS {name}"""
_DAYS = f", {_DAY.format(row='first', name='days_before')}, {_DAY.format(row='last', name='days_within')}"
_BY_HOUR = _FIGURES.format(table="command_hours", at="hour", days=_DAYS)
_BY_DAY = _FIGURES.format(table="command_days", at="day", days="")


@dataclass(frozen=True, slots=True)
class CommandFigures:
    """One command in a range: every use has one of four outcomes; quantiles are estimates in milliseconds."""

    name: str
    uses: int
    answered: int
    deferred: int
    refused: int
    failed: int
    p50: int | None
    p95: int | None
    p99: int | None
    missed: int

    @property
    def failure_share(self) -> float:
        """The share of uses that failed, from 0 to 1."""
        return self.failed / self.uses if self.uses else 0.0


async def commands(guild_id: int, since: datetime, until: datetime) -> Sequence[CommandFigures]:
    """Every command used in a range of whole hours (UTC), most used first; whole days beyond 90 days ago."""
    begin, end, by_hour = span(since, until)
    found = await (
        rows(_BY_HOUR, guild_id, begin, end) if by_hour else rows(_BY_DAY, guild_id, begin.date(), end.date())
    )
    return sorted((_figures(row) for row in found), key=lambda one: (-one.uses, one.name))


def _figures(row: Row) -> CommandFigures:
    counts = [
        within + own - before for within, own, before in zip(row["within"], row["own"], row["before"], strict=True)
    ]
    if "days_within" in row:
        days = zip(counts, row["days_within"], row["days_before"], strict=True)
        counts = [count + within - before for count, within, before in days]
    uses, answered, deferred, refused, failed, *histogram = counts
    p50, p95, p99 = latency.quantiles(histogram, 0.5, 0.95, 0.99)
    return CommandFigures(
        row["command_name"],
        uses,
        answered,
        deferred,
        refused,
        failed,
        p50,
        p95,
        p99,
        latency.missed(histogram),
    )
