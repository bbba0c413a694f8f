"""A cached read of the JSON API with all its checks, against a bare Starlette route that answers the same."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

import orjson
from redis.asyncio import Redis

from app import database
from app.parts import derived
from bench.load import Load, Served, load, served
from bench.requests import BARE, OURS
from services import access_tokens, refresh_tokens
from services.authority import Role
from services.transactions import rows
from tests.bot import ALICE, GUILD

CALLERS = 350  # each may read 600 times a minute
CONNECTIONS = (1, 16)
ROUNDS = 3
PATH = f"/api/v1/guilds/{GUILD}"


def measure(environment: dict[str, str], seconds: float) -> list[str]:
    """The lines of the table."""
    with served(BARE, environment) as bare, served(OURS, environment) as ours:
        tokens = asyncio.run(_signed_in(environment, _origin(ours)))
        variants = {
            "bare route": (bare, f"{_origin(bare)}/guilds/{GUILD}"),
            "Tatiana, GET /api/v1/guilds/{id}": (ours, f"{_origin(ours)}{PATH}"),
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
    return _table(list(variants), found)


async def _signed_in(environment: dict[str, str], issuer: str) -> Path:
    """A file with an access token for each caller; the guild is known."""
    secret = environment["SECRET_KEY"]
    access_tokens.configure({"secret_key": derived(secret, b"access_tokens")}, issuer)
    refresh_tokens.configure(derived(secret, b"refresh_tokens")[:32])
    await database.connect(database.config(environment["DATABASE_URL"]))
    await rows(
        """INSERT INTO guilds (discord_id, name, owner_id, member_count, told_at)
           VALUES ($1, 'The Harbour', $2, 1200, now())
           ON CONFLICT (discord_id) DO UPDATE SET name = excluded.name, told_at = now()""",
        GUILD,
        ALICE,
    )
    pairs = [await refresh_tokens.begin(ALICE + number) for number in range(CALLERS)]
    await database.close()
    path = Path(tempfile.gettempdir()) / "tatiana-bench-tokens.txt"
    path.write_text("\n".join(pair.access_token for pair in pairs) + "\n")
    return path


async def _remembered(environment: dict[str, str]) -> None:
    """What Discord would say of each caller, as if it had just been asked: it is not what is measured."""
    async with Redis.from_url(environment["REDIS_URL"]) as redis:
        answer = orjson.dumps([time.time(), Role.MEMBER, []])
        for number in range(CALLERS):
            await redis.set(f"role:{GUILD}:{ALICE + number}", answer, ex=300)


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
