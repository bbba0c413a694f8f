"""The leaderboard and the reader's rank at 1,000 and 1,000,000 members, as ratios."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import asyncpg

from app import database as storage
from app.database_url import credentials
from bench.servers import server
from services.core.transactions import rows
from services.economy import leaderboard

SMALL, LARGE = 1_000, 1_000_000
DATABASE = "tatiana_bench_leaderboard"

# A realistic distribution: many have a little, few have a lot.
_FILL = """
INSERT INTO user_economy (guild_id, kind, user_id, balance)
SELECT $1::bigint, 'wallet', 1000000000000 + n, floor(exp(random() * 11))::bigint FROM generate_series(1, $1::int) n
 ORDER BY random()"""
_AT = "SELECT user_id FROM user_economy WHERE guild_id = $1 ORDER BY balance DESC, user_id OFFSET $2 LIMIT 1"


@dataclass(frozen=True, slots=True)
class Measured:
    """Median milliseconds of one query in a small and a large guild."""

    name: str
    small: float
    large: float

    @property
    def ratio(self) -> float:
        return self.large / self.small


async def measure(server_url: str, repeats: int = 200) -> list[Measured]:
    """Fill a temporary database on this server, measure, and drop it."""
    url = urlsplit(server_url)._replace(path=f"/{DATABASE}").geturl()
    await storage.create(url)
    try:
        await storage.upgrade(storage.config(url))
        await _fill(url)
        await storage.connect(storage.config(url))
        try:
            return await _measure(repeats)
        finally:
            await storage.close()
    finally:
        server = await asyncpg.connect(**(credentials(url) | {"database": "postgres"}))
        await server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        await server.close()


async def _fill(url: str) -> None:
    """Guilds whose id is their size; the ledger stays empty, because only balances are read."""
    direct = await asyncpg.connect(**credentials(url))
    await direct.execute("ALTER TABLE user_economy DISABLE TRIGGER guard_balance")
    for size in (SMALL, LARGE):
        await direct.execute(_FILL, size)
    await direct.execute("ALTER TABLE user_economy ENABLE TRIGGER guard_balance")
    await direct.execute("VACUUM ANALYZE user_economy")
    await direct.close()


async def _measure(repeats: int) -> list[Measured]:
    for size in (SMALL, LARGE):
        await leaderboard.mark(size)
    found = []
    for name, place, page in (
        ("first page, reader in the middle", 1 / 2, 1),
        ("first page, reader first", 0, 1),
        ("page 100, reader last", 1, 100),
    ):
        small, large = [await _page(size, round(place * (size - 1)), page, repeats) for size in (SMALL, LARGE)]
        found.append(Measured(name, small, large))
    return found


async def _page(size: int, place: int, page: int, repeats: int) -> float:
    (row,) = await rows(_AT, size, place)
    return await _median(lambda: leaderboard.page(size, row["user_id"], page), repeats)


async def _median(work: Callable[[], Awaitable[object]], repeats: int) -> float:
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        await work()
        taken.append(_since(started))
    return statistics.median(taken)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", help="a PostgreSQL server; left out, one is started for this alone")
    given = parser.parse_args().url
    with server(given) as url:
        measured = asyncio.run(measure(url))
    print(f"{'ms':36} {SMALL:>10,} {LARGE:>10,}  ratio")
    for one in measured:
        print(f"{one.name:36} {one.small:10.2f} {one.large:10.2f} {one.ratio:6.2f}")


if __name__ == "__main__":
    main()
