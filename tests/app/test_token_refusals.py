"""A bot token that Discord refuses to the worker alone is reported wherever somebody looks."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx

from app import doctor
from app.settings import Settings
from playground.world.cast import HARBOUR, MANAGER
from services.core.transactions import rows
from services.identity import sessions
from tests.app.installation import Installation
from tests.support.bot import APPLICATION, KEY
from tests.support.browser import words
from tests.support.waiting import until
from tests.support.whole import Served

KNOWN = {"DISCORD_APPLICATION_ID": str(APPLICATION), "DISCORD_PUBLIC_KEY": bytes(KEY.verify_key).hex()}


def environment(served: Served, settings: Settings) -> dict[str, str]:
    """That of a worker whose token was reset."""
    return {
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "SECRET_KEY": str(settings.secret_key),
        "PUBLIC_URL": served.address,
        "DISCORD_API_URL": f"{served.whole.playground}/api/v10",
        "DISCORD_BOT_TOKEN": "reset-meanwhile",
    }


async def readiness(served: Served) -> dict[str, Any]:
    async with httpx.AsyncClient(timeout=20) as client:
        found: dict[str, Any] = (await client.get(f"{served.address}/readyz")).json()
        return found


async def test_a_token_refused_to_the_worker_alone_is_reported_by_web_doctor_and_pages_until_it_is_over(
    served: Served, settings: Settings, installation: Installation
) -> None:
    well = {"ready": True, "database": "ok", "redis": "ok", "discord": "ok"}
    assert await readiness(served) == well

    worker = installation.open("worker", **environment(served, settings), **KNOWN)

    async def reported() -> bool:
        return await readiness(served) == well | {"discord": "TokenRefused"}

    await until(reported, 60)
    said = "Discord refuses my bot token"
    assert said in (await served.whole.play.slash("doctor", as_=MANAGER, module="discord")).content
    async with httpx.AsyncClient(cookies={"session": await sessions.start(MANAGER)}, timeout=20) as browser:
        assert said in words(await browser.get(f"{served.address}/servers/{HARBOUR}/health"))
    lines: list[str] = []
    there = replace(settings, public_url=served.address, discord_api_url=f"{served.whole.playground}/api/v10")
    assert not await doctor.examine(there, lines.append)
    assert any(line.startswith("!!  Running    Discord refuses the bot token") for line in lines)

    worker.terminate()
    await asyncio.to_thread(worker.wait, 60)
    assert await readiness(served) == well


async def test_a_worker_that_can_not_even_start_with_its_token_is_reported_for_a_minute(
    served: Served, settings: Settings, installation: Installation
) -> None:
    ended = await asyncio.to_thread(installation.tatiana, "worker", **environment(served, settings))
    assert ended.returncode == 1
    assert ended.stderr.endswith("\nDISCORD_BOT_TOKEN is not accepted by Discord: copy it again, or reset it there.\n")
    assert (await readiness(served))["discord"] == "TokenRefused"
    await rows("UPDATE token_refusals SET seen_at = seen_at - interval '1 minute'")
    assert (await readiness(served))["discord"] == "ok"
