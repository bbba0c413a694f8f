"""A worker in a process of its own, to be killed and stopped: python -m tests.services.job_process URL LEASE."""

from __future__ import annotations

import asyncio
import sys

from app import database
from services.core import audit
from services.core.worker import LostLease, Task, Worker

EFFECT = "effect"


async def _quick(task: Task) -> None:
    """An effect that is in the database once and only once."""
    async with task.completing():
        await audit.record(task.guild_id, 0, EFFECT, str(task.payload["number"]))


async def _cut_short(task: Task) -> None:
    """At the first attempt, stays for ever between the effect and its commit."""
    async with task.completing():
        await audit.record(task.guild_id, 0, EFFECT, str(task.attempt))
        if task.attempt == 1:
            _say("written")
            await asyncio.Event().wait()


async def _late(task: Task) -> None:
    """Writes its effect when it is told to, however long ago it began."""
    _say("begun")
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    try:
        async with task.completing():
            await audit.record(task.guild_id, 0, EFFECT, str(task.attempt))
    except LostLease:
        _say("refused")
        raise
    _say("done")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def _main(url: str, lease: float) -> None:
    await database.connect(database.config(url))
    _say("ready")
    await Worker({"quick": _quick, "cut short": _cut_short, "late": _late}, lease=lease).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], float(sys.argv[2])))
