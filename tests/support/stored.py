"""Database snapshots, to check that nothing changed that must not."""

from __future__ import annotations

from services.core.transactions import rows
from tests.support.examples import EXAMPLES
from tests.support.waiting import until

_TABLES = """
SELECT quote_ident(t.tablename) AS name, bool_or(c.column_name = 'guild_id') AS of_guild
  FROM pg_tables t JOIN information_schema.columns c ON c.table_name = t.tablename AND c.table_schema = t.schemaname
 WHERE t.schemaname = 'public' GROUP BY t.tablename ORDER BY t.tablename"""

# Tables written by mere reading, by the worker, or to record a refusal.
NOTES = frozenset({"tortoise_migrations"}).union(*(area.notes for area in EXAMPLES))


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables whose rows differ."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


async def snapshot(guild_id: int | None = None) -> dict[str, str]:
    """A digest of every table's rows, or of one guild's, ignoring last-seen times."""
    await until(_told)
    found = {}
    for table in await rows(_TABLES):
        name = table["name"]
        if name in NOTES or (guild_id is not None and not table["of_guild"]):
            continue
        only = f"WHERE guild_id = {guild_id}" if guild_id is not None else ""
        lines = f"SELECT ({_COLUMNS})::text AS line FROM {name} r {only}"
        sql = f"SELECT md5(coalesce(string_agg(line, '' ORDER BY line), '')) AS digest FROM ({lines}) q"
        found[name] = (await rows(sql))[0]["digest"]
    return found


async def _told() -> bool:
    """Whether the worker's first refresh from Discord is done; it may come any time after the start."""
    return bool(await rows("SELECT FROM guilds WHERE told_at IS NOT NULL"))


# Last-seen times, and what the worker adds by itself.
_COLUMNS = "to_jsonb(r) - 'last_used_at' - 'last_seen_at' - 'file'"
