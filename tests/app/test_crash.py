"""`kill -9` at any moment: what was acknowledged happened, and nothing happened twice."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import subprocess
import sys

import orjson
import pytest
from httpx import AsyncClient, HTTPError

from services.economy.ledger_audit import audit
from tests.support.bot import ALICE, APPLICATION, GUILD, KEY, Bot, signed
from tests.support.coins import balance, give, supply
from tests.support.ports import free_port

MEMBERS = 10
IN_FLIGHT = 20


class Process:
    """A web process that can be killed and started again."""

    def __init__(self, database_url: str, redis_url: str | None) -> None:
        self.port = free_port()
        self._environment = os.environ | {
            "PORT": str(self.port),
            "DISCORD_APPLICATION_ID": str(APPLICATION),
            "DISCORD_PUBLIC_KEY": bytes(KEY.verify_key).hex(),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url or "redis://127.0.0.1:9/0",
            "SECRET_KEY": "for tests only, and long enough for a secret",
            "LOG_LEVEL": "error",
        }
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "app.cli", "web"]
        self.process = subprocess.Popen(command, env=self._environment, stderr=subprocess.DEVNULL)

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(30)


@pytest.mark.timeout(600)
async def test_killed_again_and_again_it_loses_and_doubles_nothing(
    database: str, redis_url: str | None, full: bool
) -> None:
    people = range(ALICE, ALICE + MEMBERS)
    for member in people:
        await give(member, 10_000)
    chance = random.Random(11)
    payments = [tuple(chance.sample(people, 2)) for _ in range(2000 if full else 200)]

    process = Process(database, redis_url)
    try:
        acknowledged = await _pay_through_crashes(process, payments, chance)
    finally:
        process.stop()

    assert acknowledged == len(payments)
    for member in people:
        received = sum(payee == member for _, payee in payments)
        spent = sum(payer == member for payer, _ in payments)
        assert await balance(member) == 10_000 + 7 * (received - spent)
    assert await supply() == MEMBERS * 10_000
    assert (await audit(GUILD)).sound


async def _pay_through_crashes(process: Process, payments: list[tuple[int, ...]], chance: random.Random) -> int:
    """Make each payment until it is acknowledged, and kill every now and then.

    A click without an answer is sent again, as a proxy would, and so is one of which nobody knows what it led to. After
    "nothing was changed" it is made anew, even if a killed process had it before.
    """
    url = f"http://127.0.0.1:{process.port}/interactions"
    places, done = asyncio.Semaphore(IN_FLIGHT), 0
    deaths = {chance.randrange(len(payments)) for _ in range(max(3, len(payments) // 100))}
    bot = Bot(None, KEY)

    def click(number: int, payer: int, payee: int) -> bytes:
        return orjson.dumps(bot.command("pay", by=payer, member=payee, amount="7", note=str(number)))

    async def one(client: AsyncClient, number: int, payer: int, payee: int) -> None:
        nonlocal done
        async with places:
            body = click(number, payer, payee)
            while True:
                try:
                    answer = await client.post(url, content=body, headers=signed(KEY, body), timeout=10)
                except HTTPError:
                    await asyncio.sleep(0.02)
                    continue
                if b"Receipt" in answer.content:
                    done += 1
                    break
                if b"othing was changed" in answer.content:
                    body = click(number, payer, payee)
            if number in deaths:
                deaths.discard(number)
                process.kill()
                process.start()

    async with AsyncClient() as client:
        await asyncio.gather(*(one(client, number, *payment) for number, payment in enumerate(payments)))
    return done
