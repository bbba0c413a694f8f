"""How each command was used, and how long its answers took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.statistics import latency
from services.statistics.latency import ADDED
from services.statistics.ranges import split
from services.transactions import Row, rows

_COLUMNS = "command_name, uses, answered, deferred, refused, failed, latency"
_FIGURES = f"""
WITH counted AS (
    SELECT {_COLUMNS} FROM command_days WHERE guild_id = $1 AND day >= $2 AND day < $3
    UNION ALL SELECT {_COLUMNS} FROM command_hours WHERE guild_id = $1 AND hour >= $4 AND hour < $5
    UNION ALL SELECT {_COLUMNS} FROM command_hours WHERE guild_id = $1 AND hour >= $6 AND hour < $7)
SELECT command_name, sum(uses) AS uses, sum(answered) AS answered, sum(deferred) AS deferred,
       sum(refused) AS refused, sum(failed) AS failed, {ADDED} AS latency
  FROM counted GROUP BY command_name ORDER BY 2 DESC, 1"""  # noqa: S608  # nosec B608  (our own constants)


@dataclass(frozen=True, slots=True)
class CommandFigures:
    """One command in a range: every use has one of four outcomes; quantiles in milliseconds are estimates."""

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
        """How much of the uses ended in an apology, from 0 to 1."""
        return self.failed / self.uses if self.uses else 0.0


async def commands(guild_id: int, since: datetime, until: datetime) -> Sequence[CommandFigures]:
    """Every command used in a range of whole hours (UTC), the most used first; whole days beyond 90 days ago."""
    parts = split(since, until)
    found = await rows(_FIGURES, guild_id, parts.first_day, parts.end_day, *parts.hours_before, *parts.hours_after)
    return [_figures(row) for row in found]


def _figures(row: Row) -> CommandFigures:
    histogram = row["latency"]
    p50, p95, p99 = latency.quantiles(histogram, 0.5, 0.95, 0.99)
    return CommandFigures(
        row["command_name"],
        int(row["uses"]),
        int(row["answered"]),
        int(row["deferred"]),
        int(row["refused"]),
        int(row["failed"]),
        p50,
        p95,
        p99,
        latency.missed(histogram),
    )
