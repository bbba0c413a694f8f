"""Members who arrive, and what is told of them."""

from __future__ import annotations

import orjson

from services.core.transactions import rows, transaction
from services.live import Cursor, Event, events
from tests.services.live.watching import Eye
from tests.support.bot import GUILD
from tests.support.waiting import until

ARRIVE = "INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, $2)"


async def arrive(member_id: int, guild_id: int = GUILD) -> None:
    async with transaction():
        await rows(ARRIVE, guild_id, member_id)


def members(seen: list[Event]) -> list[int]:
    """Who arrived, in the order that was told."""
    return [int(load) for event in seen for load in orjson.loads(event.data)["member_ids"]]


async def readable(count: int) -> list[Event]:
    """That many events, once nothing older runs on this server of databases, where other tests may have theirs."""
    found: list[Event] = []

    async def there() -> bool:
        found[:] = (await events.news([GUILD], Cursor(0, 0), count + 1)).events
        return len(found) >= count

    await until(there)
    return found


async def opened(eye: Eye) -> None:
    await until(lambda: eye.said)
