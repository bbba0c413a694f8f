"""`kill -9` after "thinking…": a worker keeps the promise of the dead process, and nobody is paid twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from httpx import AsyncClient, HTTPError

from app.main import create_app
from app.parts import client
from app.server import bind, serve
from app.settings import Settings
from app.start import announce
from interactions.declare import COMMANDS, Kind
from playground.app import create_playground
from playground.client.acting import Play
from playground.world.cast import ALICE, HARBOUR
from playground.world.identity import Identity
from services.core.transactions import rows
from tests.app.slow_web import COINS, NAME, declare
from tests.support.coins import balance
from tests.support.lifespan import running
from tests.support.ports import free_port
from tests.support.waiting import until
from tests.support.whole import SPEC

NOWHERE = "http://127.0.0.1:9/api/v10"


@pytest.fixture
def known() -> Iterator[None]:
    """The worker knows the command, and has nothing to wait for."""
    declare(0)
    yield
    del COMMANDS[Kind.CHAT, NAME]


@asynccontextmanager
async def world(settings: Settings, identity: Identity) -> AsyncIterator[tuple[Settings, Play]]:
    """The playground on a port of its own, and settings that lead a bot to it."""
    listening = bind("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    playground, stop = create_playground(identity, SPEC, url=address), asyncio.Event()
    serving = asyncio.create_task(serve([(playground, listening)], stop=stop))
    settled = replace(
        settings,
        discord_application_id=identity.application_id,
        discord_public_key=bytes.fromhex(identity.verify_key),
        discord_bot_token=identity.token,
        discord_api_url=f"{address}/api/v10",
    )
    try:
        yield settled, playground.state.play
    finally:
        stop.set()
        await serving


@asynccontextmanager
async def doomed(settings: Settings, seconds: float, discord: str) -> AsyncIterator[str]:
    """The address of a slow web process; it is killed at the end."""
    port = free_port()
    environment = os.environ | {
        "PORT": str(port),
        "DISCORD_APPLICATION_ID": str(settings.discord_application_id),
        "DISCORD_PUBLIC_KEY": bytes(settings.discord_public_key or b"").hex(),
        "DISCORD_BOT_TOKEN": settings.discord_bot_token or "",
        "DISCORD_API_URL": discord,
        "DATABASE_URL": settings.database_url or "",
        "REDIS_URL": settings.redis_url or "redis://127.0.0.1:9/0",
        "SECRET_KEY": settings.secret_key or "",
        "LOG_LEVEL": "error",
    }
    process = subprocess.Popen([sys.executable, "-m", "tests.app.slow_web", str(seconds)], env=environment)  # noqa: ASYNC220
    address = f"http://127.0.0.1:{port}"
    try:
        async with AsyncClient() as asking:
            await until(lambda: _ready(asking, address))
        yield address
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


async def _ready(asking: AsyncClient, address: str) -> bool:
    try:
        return (await asking.get(f"{address}/readyz")).is_success
    except HTTPError:
        return False


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("moment", ["before the effect is stored", "before the answer is delivered"])
async def test_a_promise_of_a_killed_process_is_kept_once_by_a_worker(
    settings: Settings, database: str, moment: str
) -> None:
    stored = moment == "before the answer is delivered"
    async with world(settings, Identity.new()) as (settled, play):
        async with doomed(settled, 0.2 if stored else 60, NOWHERE if stored else settled.discord_api_url) as address:
            discord = client(settled)
            await announce(replace(settled, public_url=address), discord)
            await discord.close()
            asked = asyncio.create_task(play.slash(NAME, as_=ALICE))
            await until(lambda: [exchange.outcome for exchange in play.exchanges] == ["deferred"])
            if stored:
                await until(lambda: balance(ALICE, HARBOUR))
        assert await balance(ALICE, HARBOUR) == (COINS if stored else 0)
        assert not asked.done()
        await rows("UPDATE jobs SET due_at = now()")  # as if half a minute had passed
        async with running(create_app(settled, with_worker=True)):
            result = await asked
            await until(_none_left)
        assert (result.content, await balance(ALICE, HARBOUR)) == ("paid at last", COINS)


async def _none_left() -> bool:
    return not await rows("SELECT FROM jobs WHERE kind = 'interaction.finish'")
