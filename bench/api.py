"""A cached read of the JSON API with all checks, against a bare Starlette route with the same response."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import asyncpg
import orjson
from redis.asyncio import Redis

from app.database_url import credentials
from bench.load import DISTINCT, Load, Served, load, served
from bench.requests import BARE, OURS
from services.core.process import derived
from services.identity import access_tokens
from services.identity.authority import Role
from tests.support.bot import ALICE, GUILD

CONNECTIONS = (1, 16)
ROUNDS = 3

_GUILDS = """
INSERT INTO guilds (discord_id, name, owner_id, member_count, told_at)
SELECT $1::bigint + n, 'The Harbour', $2::bigint + n, 1200, now() FROM generate_series(0, $3::int - 1) n
ON CONFLICT (discord_id) DO UPDATE SET name = excluded.name, told_at = now()"""
_FAMILIES = """
INSERT INTO refresh_families (user_id, device, expires_at)
SELECT $1::bigint + n, '', now() + interval '1 day' FROM generate_series(0, $2::int - 1) n
RETURNING id, user_id, created_at"""


def measure(environment: dict[str, str], seconds: float) -> list[str]:
    """The lines of the table."""
    with served(BARE, environment) as bare, served(OURS, environment) as ours:
        tokens = asyncio.run(_signed_in(environment, _origin(ours)))
        variants = {
            "bare route": (bare, f"{_origin(bare)}/guilds"),
            "Tatiana, GET /api/v1/guilds/{id}": (ours, f"{_origin(ours)}/api/v1/guilds"),
        }
        for server, url in variants.values():  # warm
            load(server, tokens, 16, 2, url=url, script="reads.lua")
        found: dict[tuple[str, int], list[Load]] = {}
        for _ in range(ROUNDS):
            for connections in CONNECTIONS:
                asyncio.run(_remembered(environment))
                for label, (server, url) in variants.items():
                    run = load(server, tokens, connections, seconds, url=url, script="reads.lua")
                    found.setdefault((label, connections), []).append(run)
    about = f"{DISTINCT:,} callers take turns, each reading a server of their own."
    return [about, "", *_table(list(variants), found)]


async def _signed_in(environment: dict[str, str], issuer: str) -> Path:
    """A file with a guild and an access token per line, for a different caller and guild each."""
    access_tokens.configure({"secret_key": derived(environment["SECRET_KEY"], b"access_tokens")}, issuer)
    direct = await asyncpg.connect(**credentials(environment["DATABASE_URL"]))
    await direct.execute(_GUILDS, GUILD, ALICE, DISTINCT)
    families = await direct.fetch(_FAMILIES, ALICE, DISTINCT)
    await direct.close()
    path = Path(tempfile.gettempdir()) / "tatiana-bench-tokens.txt"
    with path.open("w") as file:
        for family in families:
            token = access_tokens.issue(family["user_id"], family["id"], family["created_at"])
            file.write(f"{GUILD + family['user_id'] - ALICE} {token}\n")
    return path


async def _remembered(environment: dict[str, str]) -> None:
    """Store Discord's answer for each caller, as if just asked, because it is not what is measured."""
    answer = orjson.dumps([time.time(), Role.MEMBER, []])
    async with Redis.from_url(environment["REDIS_URL"]) as redis, redis.pipeline(transaction=False) as pipeline:
        for number in range(DISTINCT):
            pipeline.set(f"role:{GUILD + number}:{ALICE + number}", answer, ex=300)
        await pipeline.execute()


def _origin(server: Served) -> str:
    return server.url.removesuffix("/interactions")


def _table(labels: list[str], found: dict[tuple[str, int], list[Load]]) -> list[str]:
    lines = [
        "| variant | connections | requests/s | CPU a request | speed, bare = 1 | p50 | p99 | errors |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for connections in CONNECTIONS:
        bare = found[labels[0], connections]
        for label in labels:
            runs = found[label, connections]
            ratio = statistics.median(b.cpu / r.cpu for b, r in zip(bare, runs, strict=True))
            per_second, cpu, p50, p99 = (
                statistics.median(getattr(run, field) for run in runs) for field in ("per_second", "cpu", "p50", "p99")
            )
            lines.append(
                f"| {label} | {connections} | {per_second:,.0f} | {cpu * 1e6:.0f} µs | {ratio:.2f} "
                f"| {p50 * 1e3:.1f} ms | {p99 * 1e3:.1f} ms | {sum(run.errors for run in runs)} |"
            )
    return lines
