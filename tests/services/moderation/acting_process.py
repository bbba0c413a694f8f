"""A worker that carries out cases, to be killed: python -m tests.services.moderation.acting_process DB API TOKEN."""

from __future__ import annotations

import asyncio
import sys

import services.areas  # noqa: F401  (being imported is what declares them)
from app import database
from discord_api import current
from discord_api.client import Discord
from services.core import vault
from services.core.worker import Task, Worker
from services.moderation import acting, seals

LEASE = 1.0  # seconds; thirty in production
KEYS = {"test": b"k" * 32}, b"s" * 64


async def _act(task: Task) -> None:
    await acting.act(current.client(), task)


async def _main(url: str, api_url: str, token: str) -> None:
    use_keys()
    discord = Discord(token, project_url="https://bot.example", version="1", base_url=api_url, patience=5.0)
    current.use(discord)
    await database.connect(database.config(url))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await Worker({acting.JOB: _act}, slots=20, lease=LEASE).run(asyncio.Event())


def use_keys() -> None:
    """The keys that cases are sealed with, the same in every process of a test."""
    vault.use(KEYS[0])
    seals.use(KEYS[1])


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:]))
