"""Payments between ten hot wallets through signed interactions, against pgbench's TPC-B on the same server."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import time
from urllib.parse import parse_qs, urlsplit

import asyncpg
import orjson
from httpx import AsyncClient, Limits

from app.database_url import credentials
from app.embedded import find_programs
from bench.load import served
from bench.requests import OURS
from tests.bot import ALICE, GUILD, KEY, Bot, signed

MEMBERS = 10
IN_FLIGHT = 50


async def measure(environment: dict[str, str], count: int) -> list[str]:
    """The lines of the table; raises if a single coin was lost or made."""
    url = environment["DATABASE_URL"]
    direct = await asyncpg.connect(**credentials(url))
    with served(OURS, environment) as server:
        address = server.url
        async with AsyncClient(limits=Limits(max_connections=IN_FLIGHT)) as client:
            await _fill(direct)
            before, cpu, began = await _total(direct), server.cpu(), time.perf_counter()
            paid = await _pay(client, address, count)
            seconds, used = time.perf_counter() - began, server.cpu() - cpu
        if await _total(direct) != before:
            raise AssertionError("coins were lost or made")
    await direct.close()
    reference = _tpcb(url)
    return [
        "| on the same server | per second |",
        "|---|---|",
        f"| /pay on {MEMBERS} wallets, {IN_FLIGHT} in flight, {paid:,} of {count:,} covered | {count / seconds:,.0f} |",
        f"| CPU of ours for each | {used / count * 1e3:.1f} ms |",
        f"| pgbench TPC-B, scale {MEMBERS}, {MEMBERS} clients | {reference:,.0f} |",
        f"| ratio | {count / seconds / reference:.2f} |",
    ]


async def _fill(direct: asyncpg.Connection) -> None:
    mint = "INSERT INTO user_economy (guild_id, kind, user_id) VALUES ($1, 'mint', 0) ON CONFLICT DO NOTHING"
    await direct.execute(mint, GUILD)
    for place in range(MEMBERS):
        await direct.execute(
            "INSERT INTO user_economy (guild_id, kind, user_id) VALUES ($1, 'wallet', $2) ON CONFLICT DO NOTHING",
            GUILD,
            ALICE + place,
        )
        number = await direct.fetchval(
            """INSERT INTO transfers (guild_id, key, kind, actor_id, reason, details)
               VALUES ($1, $2, 'grant', 0, '', '{}') RETURNING id""",
            GUILD,
            f"bench:{place}:{time.time()}",
        )
        await direct.execute(
            """INSERT INTO postings (guild_id, transfer_id, account_id, amount)
               SELECT $1, $2, id, CASE kind WHEN 'mint' THEN -10000 ELSE 10000 END FROM user_economy
                WHERE guild_id = $1 AND (kind = 'mint' OR user_id = $3) ORDER BY id""",
            GUILD,
            number,
            ALICE + place,
        )


async def _total(direct: asyncpg.Connection) -> int:
    return int(
        await direct.fetchval("SELECT sum(balance) FROM user_economy WHERE guild_id = $1 AND kind = 'wallet'", GUILD)
    )


async def _pay(client: AsyncClient, address: str, count: int) -> int:
    bot, chance, places = Bot(None, KEY), random.Random(1), asyncio.Semaphore(IN_FLIGHT)
    paid = 0

    async def one() -> None:
        nonlocal paid
        payer, payee = chance.sample(range(MEMBERS), 2)
        body = orjson.dumps(
            bot.command("pay", by=ALICE + payer, member=ALICE + payee, amount=str(chance.randint(1, 100)))
        )
        async with places:
            answer = await client.post(address, content=body, headers=signed(KEY, body), timeout=30)
        paid += b"Receipt" in answer.content

    await asyncio.gather(*(one() for _ in range(count)))
    return paid


def _tpcb(url: str) -> float:
    """Transactions a second of PostgreSQL's own benchmark, which moves money between rows too."""
    parts = urlsplit(url)
    socket = parse_qs(parts.query)["host"][0]
    base = [str(find_programs() / "pgbench"), "-h", socket, "-U", parts.username or "", "-n"]
    name = parts.path.removeprefix("/")
    subprocess.run([*base, "-i", "-q", "-s", str(MEMBERS), name], check=True, capture_output=True)
    done = subprocess.run(
        [*base, "-c", str(MEMBERS), "-j", "2", "-T", "10", name], check=True, capture_output=True, text=True
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])
