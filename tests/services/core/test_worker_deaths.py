"""Workers that are killed or stopped: every job still has its effect, and has it once."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from services.core import jobs
from services.core.transactions import rows
from tests.services.core.job_process import EFFECT
from tests.support.waiting import no_jobs, until

ROOT = Path(__file__).parents[3]
LEASE = 1.0  # seconds; thirty in production
BUSY = 20.0  # seconds that a busy machine may need beyond the lease, to start a process for example
Start = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def start(database: str) -> Iterator[Start]:
    """Starts workers in processes of their own; none of them outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def one() -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.services.core.job_process", database, str(LEASE)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, bufsize=1
        )
        started.append(process)
        return process

    yield one
    for process in started:
        kill(process)
        process.communicate()


async def test_a_worker_killed_before_its_commit_leaves_no_effect_and_another_makes_it(start: Start) -> None:
    await jobs.enqueue("cut short", {})
    first = start()
    await said(first, "written")
    kill(first)
    start()
    await until(no_jobs, seconds=LEASE + BUSY)
    assert await effects() == ["2"]


async def test_a_stopped_worker_that_wakes_after_its_lease_writes_nothing(start: Start) -> None:
    await jobs.enqueue("late", {})
    asleep = start()
    await said(asleep, "begun")
    asleep.send_signal(signal.SIGSTOP)
    other = start()
    await said(other, "begun")
    tell(other)
    await said(other, "done")
    tell(asleep)
    asleep.send_signal(signal.SIGCONT)
    await said(asleep, "refused")
    assert await effects() == ["2"]


async def test_a_worker_that_wakes_while_another_has_its_job_neither_writes_nor_ends_it(start: Start) -> None:
    await jobs.enqueue("late", {})
    asleep = start()
    await said(asleep, "begun")
    asleep.send_signal(signal.SIGSTOP)
    other = start()
    await said(other, "begun")
    tell(asleep)
    asleep.send_signal(signal.SIGCONT)
    await said(asleep, "refused")
    assert (await effects(), len(await rows("SELECT FROM jobs"))) == ([], 1)
    tell(other)
    await said(other, "done")
    assert await effects() == ["2"]


@pytest.mark.timeout(600)
async def test_killed_again_and_again_workers_have_every_effect_once(start: Start, full: bool) -> None:
    count, deaths, chance = (2000, 20, random.Random(3)) if full else (200, 2, random.Random(3))
    for number in range(count):
        await jobs.enqueue("quick", {"number": number}, guild_id=7)
    for _ in range(deaths):
        worker = start()
        await said(worker, "ready")
        wanted = len(await effects()) + chance.randrange(1, count // (deaths + 2))
        await until(partial(_enough, wanted), seconds=60)
        kill(worker)
    start()
    await until(no_jobs, seconds=LEASE + BUSY + count / 20)
    assert sorted(await effects(), key=int) == [str(number) for number in range(count)]


async def _enough(wanted: int) -> bool:
    return len(await effects()) >= wanted


async def effects() -> list[str]:
    return [event["target"] for event in await rows("SELECT target FROM audit_log WHERE action = $1", EFFECT)]


async def said(process: subprocess.Popen[str], word: str) -> None:
    """Wait until the process has said so."""
    assert process.stdout is not None
    async with asyncio.timeout(30):
        while (line := await asyncio.to_thread(process.stdout.readline)) != f"{word}\n":
            assert line, f"it ended before it said {word!r}"


def tell(process: subprocess.Popen[str]) -> None:
    """Let a late job go on."""
    assert process.stdin is not None
    process.stdin.write("go\n")


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
