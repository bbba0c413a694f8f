"""Payments between ten hot wallets and between many, as signed interactions; against pgbench on the same server."""

from __future__ import annotations

import asyncio
import random
import re
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg

from app.database_url import credentials
from app.embedded import find_programs
from bench import wallets
from bench.load import DISTINCT, load, served, signed_file
from bench.requests import OURS
from tests.support.bot import ALICE, GUILD, KEY, Bot

IN_FLIGHT = 50
HOT = 10  # contended wallets
PAYMENTS = 30_000
_PAID = "SELECT count(*) FROM transfers WHERE guild_id = $1 AND kind = 'pay'"


async def measure(environment: dict[str, str], seconds: float) -> list[str]:
    """The lines of the table; raises if a single coin was lost or created."""
    url = environment["DATABASE_URL"]
    direct = await asyncpg.connect(**credentials(url))
    reference = _tpcb(url)
    lines = [
        f"| {IN_FLIGHT} in flight on the same server | paid | per second | p99 | our CPU for each | of pgbench |",
        "|---|---|---|---|---|---|",
    ]
    # Each in its own guild, with coins for every payment there.
    for guild_id, members in ((GUILD, HOT), (GUILD + 1, DISTINCT)):
        await wallets.fill(direct, guild_id, members, 10_000)
        before = await wallets.total(direct, guild_id)
        payments = _signed_payments(guild_id, members)
        with served(OURS, environment) as server:
            run = await asyncio.to_thread(load, server, payments, IN_FLIGHT, seconds)
        if await wallets.total(direct, guild_id) != before:
            raise AssertionError("coins were lost or made")
        # The flood limit refuses some; those are not payments.
        paid = await direct.fetchval(_PAID, guild_id)
        per_second = paid / run.seconds
        lines.append(
            f"| /pay between {members:,} wallets | {paid:,} | {per_second:,.0f} | {run.p99 * 1e3:.0f} ms "
            f"| {run.cpu * run.per_second / per_second * 1e3:.1f} ms | {per_second / reference:.2f} |"
        )
    await direct.close()
    return [*lines, f"| pgbench TPC-B, scale {HOT}, {HOT} clients | | {reference:,.0f} | | | 1.00 |"]


def _signed_payments(guild_id: int, members: int) -> Path:
    """More payments than can be made in the time, so that none is sent twice."""
    bot, chance = Bot(None, KEY), random.Random(1)
    pairs = (chance.sample(range(members), 2) for _ in range(PAYMENTS))
    return signed_file(
        bot.command("pay", by=ALICE + payer, guild=guild_id, member=ALICE + payee, amount=str(chance.randint(1, 100)))
        for payer, payee in pairs
    )


def _tpcb(url: str) -> float:
    """Transactions per second of PostgreSQL's own benchmark, which also moves money between rows."""
    parts = urlsplit(url)
    socket = parse_qs(parts.query)["host"][0]
    base = [str(find_programs() / "pgbench"), "-h", socket, "-U", parts.username or "", "-n"]
    name = parts.path.removeprefix("/")
    subprocess.run([*base, "-i", "-q", "-s", str(HOT), name], check=True, capture_output=True)
    done = subprocess.run(
        [*base, "-c", str(HOT), "-j", "2", "-T", "10", name], check=True, capture_output=True, text=True
    )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None, done.stdout
    return float(found[1])
