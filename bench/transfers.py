"""Payments between ten hot wallets through signed interactions, against pgbench's TPC-B on the same server."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from app.database_url import credentials
from app.embedded import find_programs
from bench.load import load, served, signed_file
from bench.requests import OURS
from tests.bot import ALICE, GUILD, KEY, Bot

MEMBERS = 10
IN_FLIGHT = 50


async def measure(environment: dict[str, str], seconds: float) -> list[str]:
    """The lines of the table; raises if a single coin was lost or made."""
    url = environment["DATABASE_URL"]
    direct = await asyncpg.connect(**credentials(url))
    await _fill(direct)
    before = await _total(direct)
    payments = _signed_payments()
    with served(OURS, environment) as server:
        run = await asyncio.to_thread(load, server, payments, IN_FLIGHT, seconds)
    if await _total(direct) != before:
        raise AssertionError("coins were lost or made")
    paid = await direct.fetchval("SELECT count(*) FROM transfers WHERE guild_id = $1 AND kind = 'pay'", GUILD)
    await direct.close()
    # Who sends far more than hands can is refused now and then, and that is no payment.
    per_second = paid / run.seconds
    reference = _tpcb(url)
    return [
        "| on the same server | per second |",
        "|---|---|",
        f"| /pay on {MEMBERS} wallets, {IN_FLIGHT} in flight, {paid:,} paid | {per_second:,.0f} |",
        f"| p99 of its answers | {run.p99 * 1e3:.0f} ms |",
        f"| CPU of ours for each | {run.cpu * run.per_second / per_second * 1e3:.1f} ms |",
        f"| pgbench TPC-B, scale {MEMBERS}, {MEMBERS} clients | {reference:,.0f} |",
        f"| ratio | {per_second / reference:.2f} |",
    ]


def _signed_payments() -> Path:
    """More payments than can be made in the time, so that none is sent twice."""
    bot, chance = Bot(None, KEY), random.Random(1)
    pairs = (chance.sample(range(MEMBERS), 2) for _ in range(20_000))
    return signed_file(
        bot.command("pay", by=ALICE + payer, member=ALICE + payee, amount=str(chance.randint(1, 100)))
        for payer, payee in pairs
    )


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
