"""Members who come into a guild, written by a process of its own: python -m tests.services.live_process URL COUNT."""

from __future__ import annotations

import asyncio
import random
import sys

from app import database
from services.core.transactions import rows, transaction
from services.live import signals
from tests.support.bot import GUILD


async def _main(url: str, first: int, count: int) -> None:
    await database.connect(database.config(url))
    signals.begin(by_redis=False)
    writers = asyncio.Semaphore(8)

    async def arrive(member: int) -> None:
        async with writers, transaction():
            await rows("INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, $2)", GUILD, member)
            # Who began first is rarely the first to commit.
            await rows("SELECT pg_sleep($1)", random.random() * 0.02)

    await asyncio.gather(*(arrive(member) for member in range(first, first + count)))
    await asyncio.sleep(2 * signals.PAUSE)  # until the last of it is told
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
