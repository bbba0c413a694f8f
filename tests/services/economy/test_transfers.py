"""All of a guild's transfers: each filter finds what one would find by reading them all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import asyncpg

from services.core import areas
from services.core.transactions import rows
from services.economy import transfers
from services.economy.statements import BEGINNING, END, NEWEST, kinds_of
from tests.support.bot import GUILD

NOW = datetime.now(UTC)
ALL_SLOWLY = """
SELECT id FROM transfers WHERE guild_id = $1 AND id < $2 AND (cardinality($3::text[]) = 0 OR kind = ANY ($3))
   AND created_at >= $4 AND created_at < $5 ORDER BY id DESC LIMIT 7"""
HISTORY = """
INSERT INTO transfers (guild_id, key, kind, actor_id, reason, details, created_at)
SELECT $1::bigint + n % 2, 'past ' || n,
       CASE n % 40 WHEN 0 THEN 'bet' ELSE (ARRAY['daily', 'work', 'pay', 'grant'])[1 + n % 4] END, 5, '', '{}',
       $2::timestamptz - (200 - n) * interval '1 hour' + (n % 3) * interval '1 minute'
  FROM generate_series(1, 200) n"""


async def test_each_filter_finds_what_reading_everything_finds(
    database: str, migrated: asyncpg.Connection[asyncpg.Record]
) -> None:
    await migrated.execute("SET session_replication_role = replica")  # the books themselves are not looked at here
    await migrated.execute(HISTORY, GUILD, NOW)
    await migrated.execute("SET session_replication_role = origin")
    moments = [NOW - timedelta(hours=hours) for hours in (-1, 0, 50, 199, 500)]
    for guild_id in (GUILD, GUILD + 1, GUILD + 2):
        for kind in ("all", *areas.transfer_groups()):
            kinds = kinds_of(kind)
            for since in (BEGINNING, *moments):
                for until in (END, *moments):
                    for before in (NEWEST, 120):
                        slow = await rows(ALL_SLOWLY, guild_id, before, list(kinds), since, until)
                        fast = await transfers.listed(
                            guild_id, kind=kind, since=since, until=until, before=before, limit=7
                        )
                        assert [one.number for one in fast] == [row["id"] for row in slow], (kind, since, until)
