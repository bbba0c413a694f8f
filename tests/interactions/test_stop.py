"""A process that is told to stop keeps its promises, or leaves them to a worker."""

from __future__ import annotations

import asyncio
import time

from app.parts import connector
from discord_api.client import Discord
from interactions.deferral import JOB, TAKEOVER, Deferral, Outcome
from interactions.delivery import Promise
from models import Job
from services.core.promises import Promises
from services.core.reserved import Reserved
from services.core.settlements import Settlements
from tests.support.bot import ALICE, GUILD, envelope
from tests.support.ports import free_port


async def test_a_stop_does_not_wait_for_a_discord_that_is_away_and_the_promise_stays(
    database: str,
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/api/v10"
    discord = Discord("token", project_url="https://example.org", version="1", base_url=nowhere)
    reserved = Reserved(connector(database))
    deferral = Deferral(lambda: discord, Promises(JOB, TAKEOVER, reserved), Settlements(reserved))
    promise = Promise(envelope(2, {"name": "daily", "type": 1}, ALICE, GUILD), private=True, changes_message=False)

    async def answered() -> Outcome:
        return Outcome({"type": 4, "data": {"flags": 64, "content": "late"}}, "answered")

    assert await deferral.promise(promise, None)
    counted: list[str] = []
    wire = deferral.wait(promise, asyncio.create_task(answered()), None, counted.append, stored=True)
    assert wire.sent is not None
    wire.sent.set()
    began = time.monotonic()
    await deferral.drain(0.1)
    assert time.monotonic() - began < 20, "Discord is tried for half a minute"
    assert deferral.running == set()
    assert await Job.filter(key=promise.key).count() == 1
    assert counted == [], "who keeps it counts it"
    reserved.close()
    await discord.close()
