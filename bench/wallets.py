"""Members with coins to pay with."""

from __future__ import annotations

import secrets

import asyncpg

from tests.support.bot import ALICE

_ACCOUNTS = """
INSERT INTO user_economy (guild_id, kind, user_id)
SELECT $1::bigint, 'mint', 0 UNION ALL SELECT $1, 'wallet', generate_series($2::bigint, $3::bigint)
ON CONFLICT DO NOTHING"""
_GRANT = """
INSERT INTO transfers (guild_id, key, kind, actor_id, reason, details) VALUES ($1, $2, 'grant', 0, '', '{}')
RETURNING id"""
_POST = """
INSERT INTO postings (guild_id, transfer_id, account_id, amount)
SELECT $1, $2, id, CASE kind WHEN 'mint' THEN -$5::bigint * $6::bigint ELSE $5::bigint END FROM user_economy
 WHERE guild_id = $1 AND (kind = 'mint' OR user_id BETWEEN $3 AND $4) ORDER BY id"""


async def fill(direct: asyncpg.Connection, guild_id: int, count: int, coins: int) -> None:
    """Give coins to each of `count` members of a guild, starting with Alice."""
    last = ALICE + count - 1
    await direct.execute(_ACCOUNTS, guild_id, ALICE, last)
    number = await direct.fetchval(_GRANT, guild_id, f"bench:{secrets.token_hex(8)}")
    await direct.execute(_POST, guild_id, number, ALICE, last, coins, count)


async def total(direct: asyncpg.Connection, guild_id: int) -> int:
    """The coins of all members of a guild."""
    sql = "SELECT sum(balance)::bigint FROM user_economy WHERE guild_id = $1 AND kind = 'wallet'"
    return int(await direct.fetchval(sql, guild_id))
