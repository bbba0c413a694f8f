"""Somebody who changes the books behind our back."""

from __future__ import annotations

from dataclasses import dataclass

import asyncpg

BOOKS = ("user_economy", "transfers", "postings")


@dataclass
class Intruder:
    """Somebody with the database's own password, whom no trigger stops."""

    direct: asyncpg.Connection[asyncpg.Record]

    async def do(self, sql: str) -> None:
        assert not (await self.direct.execute(sql)).endswith(" 0"), f"changed nothing: {sql}"

    async def undo(self) -> None:
        await self.direct.execute("TRUNCATE user_economy, transfers, postings")
        for table in BOOKS:
            await self.direct.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
