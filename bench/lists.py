"""Lists of guilds and members at 1,000 and 1,000,000, and statistics of a quiet and a very busy guild."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import statistics as medians
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import asyncpg

from app import database as storage
from app.database_url import credentials
from bench.servers import server
from discord_api.permissions import Permissions
from services import analytics, directory, profiles
from services.analytics import Interval
from services.directory import Sort
from services.identity.discord_grants import Server

SMALL, LARGE = 1_000, 1_000_000  # members
FEW, MANY = 1_000, 100_000  # guilds
DATABASE = "tatiana_bench_lists"
COMMANDS = 60
NOISE = 1_000  # other guilds with figures
QUIET = 5_000  # a guild where every command was used, but rarely
ABOUT = f"""
The small server has 1,000 members, the large one 1,000,000; there are 1,000 guilds and 100,000. Both servers used the
same {COMMANDS} commands, the small one seldom: an answer with {COMMANDS} is twelve times as long as one with five."""

_MEMBERS = """
INSERT INTO user_guild_data (guild_id, user_id, name, level, experience, last_seen_at)
SELECT $1::bigint, 1000000000000 + n, left(md5(n::text), 3 + n % 12), 0, 0, now() - random() * interval '400 days'
  FROM generate_series(1, $1::int) n ORDER BY random()"""
_USERS = """
INSERT INTO users (discord_id, username) SELECT user_id, name FROM user_guild_data WHERE guild_id = $1"""
_WALLETS = """
INSERT INTO user_economy (guild_id, kind, user_id, balance)
SELECT $1::bigint, 'wallet', 1000000000000 + n, floor(exp(random() * 11))::bigint FROM generate_series(1, $1::int) n
 ORDER BY random()"""
_GUILDS = """
INSERT INTO guilds (discord_id, name, owner_id, member_count, told_at)
SELECT 2000000000000 + n, 'Guild ' || n, 1, 50, now() FROM generate_series($1::int, $2::int) n"""

# Ten million uses take as many rows as there were commands and hours; all of them exist here.
_HOURS = """
INSERT INTO command_hours (guild_id, hour, command_name, uses, answered, deferred, refused, failed, latency)
SELECT g, date_trunc('hour', now(), 'UTC') - h * interval '1 hour', 'command ' || c, 77, 70, 3, 3, 1,
       array_fill(4, ARRAY[19])
  FROM generate_series($1::bigint, $2::bigint) g, generate_series(0, $4::int, $5::int) h,
       generate_series(1, $3::int) c"""
_GUILD_HOURS = """
INSERT INTO guild_hours (guild_id, hour, uses, failed)
SELECT guild_id, hour, sum(uses), sum(failed) FROM command_hours GROUP BY guild_id, hour"""
_DAYS = """
INSERT INTO command_days (guild_id, day, command_name, uses, answered, deferred, refused, failed, latency)
SELECT g, current_date - d, 'command ' || c, 77, 70, 3, 3, 1, array_fill(4, ARRAY[19])
  FROM generate_series($1::bigint, $2::bigint) g, generate_series(0, $4::int) d, generate_series(1, $3::int) c"""
_GUILD_DAYS = """
INSERT INTO guild_days (guild_id, day, active, active_7, active_30, active_90, new)
SELECT g, current_date - d, 9, 30, 70, 99, 1
  FROM generate_series($1::bigint, $2::bigint) g, generate_series(0, $3::int) d"""
_ECONOMY = """
INSERT INTO economy_days (guild_id, day, kind, transfers, coins, minted, burned)
SELECT g, current_date - d, 'kind ' || k, 5, 500, 100, 50
  FROM generate_series($1::bigint, $2::bigint) g, generate_series(0, $3::int) d, generate_series(1, 12) k"""


@dataclass(frozen=True, slots=True)
class Measured:
    """Median milliseconds of one query at a small and a large size."""

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
        direct = await asyncpg.connect(**credentials(url))
        await _fill(direct)
        await storage.connect(storage.config(url))
        try:
            return [*await _guilds(direct, repeats), *await _members(repeats), *await _figures(repeats)]
        finally:
            await storage.close()
            await direct.close()
    finally:
        server = await asyncpg.connect(**(credentials(url) | {"database": "postgres"}))
        await server.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        await server.close()


async def _fill(direct: asyncpg.Connection[asyncpg.Record]) -> None:
    """Guilds whose id is their size; the ledger stays empty, because only balances are read."""
    for table in ("user_guild_data", "users", "user_economy"):
        await direct.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for size in (SMALL, LARGE):
        await direct.execute(_MEMBERS, size)
        await direct.execute(_WALLETS, size)
    await direct.execute(_USERS, LARGE)
    for table in ("user_guild_data", "users", "user_economy"):
        await direct.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    await fill_figures(direct, LARGE)
    await direct.execute("VACUUM ANALYZE")


async def fill_figures(direct: asyncpg.Connection[asyncpg.Record], busy: int) -> None:
    """Counts as the jobs would have made them: two years of one busy guild, less of a thousand others."""
    # Faster in one statement than by triggers on a million rows.
    for table in ("command_hours", "command_days"):
        await direct.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for first, last, commands, hours, step in (
        (busy, busy, COMMANDS, 2160, 1),
        (QUIET, QUIET, COMMANDS, 2160, 500),
        (1, NOISE, 5, 2160, 12),
    ):
        await direct.execute(_HOURS, first, last, commands, hours, step)
    await direct.execute(_GUILD_HOURS)
    for first, last, commands, days in ((busy, busy, COMMANDS, 730), (QUIET, QUIET, COMMANDS, 90), (1, NOISE, 5, 90)):
        await direct.execute(_DAYS, first, last, commands, days)
        await direct.execute(_GUILD_DAYS, first, last, days)
        await direct.execute(_ECONOMY, first, last, days)
    await direct.execute(importlib.import_module("migrations.0023_fill_running_totals").FILL)
    for table in ("command_hours", "command_days"):
        await direct.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def _guilds(direct: asyncpg.Connection[asyncpg.Record], repeats: int) -> list[Measured]:
    mine = [Server(2_000_000_000_000 + n, str(n), None, False, Permissions.none()) for n in range(5, 205)]

    async def card() -> None:
        directory.forget_all()
        await directory.guild(2_000_000_000_007)

    taken = []
    for first, last in ((1, FEW), (FEW + 1, MANY)):
        await direct.execute(_GUILDS, first, last)
        await direct.execute("VACUUM ANALYZE guilds")
        taken.append([await _median(work, repeats) for work in (lambda: directory.of_user(mine), card)])
    return [Measured(name, *pair) for name, *pair in zip(("200 guilds of a user", "one guild"), *taken, strict=True)]


async def _members(repeats: int) -> list[Measured]:
    found = [
        Measured(f"members by {sort}", *[await _page(size, sort, None, repeats) for size in (SMALL, LARGE)])
        for sort in Sort
    ]
    for sort in Sort:
        # From the middle on: a page must not cost more for what lies before it.
        ends = [await _middle(size, sort) for size in (SMALL, LARGE)]
        taken = [await _page(size, sort, end, repeats) for size, end in zip((SMALL, LARGE), ends, strict=True)]
        found.append(Measured(f"members by {sort}, further on", *taken))
    for name, search in (("members, search of one letter", "a"), ("members, search of an id", "100000000050000")):
        taken = [
            await _median(lambda size=size, search=search: directory.members(size, search=search), repeats)
            for size in (SMALL, LARGE)
        ]
        found.append(Measured(name, *taken))
    taken = [await _median(lambda size=size: profiles.of(size, 1_000_000_000_500), repeats) for size in (SMALL, LARGE)]
    return [*found, Measured("one member in full", *taken)]


async def _middle(size: int, sort: Sort) -> str | None:
    after = None
    for _ in range(5):
        after = (await directory.members(size, sort=sort, after=after, limit=100)).next
    return after


async def _page(size: int, sort: Sort, after: str | None, repeats: int) -> float:
    return await _median(lambda: directory.members(size, sort=sort, after=after), repeats)


async def _figures(repeats: int) -> list[Measured]:
    now = datetime.now(UTC)
    today = now.date()
    things: dict[str, Callable[[int], Awaitable[object]]] = {
        "overview of 7 days": lambda guild: analytics.overview(guild, 7),
        "overview of 90 days": lambda guild: analytics.overview(guild, 90),
        "commands of 7 days": lambda guild: analytics.commands(guild, now - timedelta(days=7), now),
        "commands of 31 days": lambda guild: analytics.commands(guild, now - timedelta(days=31), now),
        "commands of 80 days": lambda guild: analytics.commands(guild, now - timedelta(days=80), now),
        "commands of 2 years": lambda guild: analytics.commands(guild, now - timedelta(days=729), now),
        "activity, 31 days by hour": lambda guild: analytics.activity(
            guild, now - timedelta(days=31), now, Interval.HOUR
        ),
        "activity, 90 days by day": lambda guild: analytics.activity(
            guild, now - timedelta(days=90), now, Interval.DAY
        ),
        "economy of 90 days": lambda guild: analytics.economy_flow(guild, today - timedelta(days=89), today),
    }
    found = []
    for name, read in things.items():
        small = QUIET if name.startswith("commands") else 7
        found.append(Measured(name, *await _in_turns(read, (small, LARGE), repeats)))
    return found


async def _in_turns(read: Callable[[int], Awaitable[object]], guilds: Sequence[int], repeats: int) -> list[float]:
    """Median milliseconds per guild, measured in turns so that drift affects all alike."""
    taken: dict[int, list[float]] = {guild: [] for guild in guilds}
    for _ in range(repeats):
        for guild in guilds:
            taken[guild].append(await _milliseconds(lambda guild=guild: read(guild)))
    return [medians.median(taken[guild]) for guild in guilds]


async def _median(work: Callable[[], Awaitable[object]], repeats: int) -> float:
    return medians.median([await _milliseconds(work) for _ in range(repeats)])


async def _milliseconds(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?", help="a PostgreSQL server; left out, one is started for this alone")
    given = parser.parse_args().url
    with server(given) as url:
        measured = asyncio.run(measure(url))
    print(f"{'ms':36} {'small':>10} {'large':>10}  ratio")
    for one in measured:
        print(f"{one.name:36} {one.small:10.2f} {one.large:10.2f} {one.ratio:6.2f}")
    print(ABOUT)


if __name__ == "__main__":
    main()
