"""While Discord takes its time to say whether a role may be sold, nothing in the database waits for it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from services.core.transactions import rows
from tests.support.bot import KEY, MANAGER, Bot
from tests.support.lifespan import running


class Hesitant:
    """A Discord that does not answer before it is told to, and then knows nothing."""

    def __init__(self) -> None:
        self.asked, self.go_on = asyncio.Event(), asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self.asked.set()
            await self.go_on.wait()
            await JSONResponse({"code": 10004, "message": "Unknown Guild"}, 404)(scope, receive, send)


async def test_a_transaction_never_waits_for_discord(settings: Settings, database: str) -> None:
    discord, listening, stop = Hesitant(), bind("127.0.0.1", 0), asyncio.Event()
    serving = asyncio.create_task(serve([(discord, listening)], stop=stop))
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/api/v10"
    app = create_app(replace(settings, discord_api_url=url, open_when_warm=True))
    async with running(app):
        people = Bot(app, KEY)
        form = await people.slash("economy item create", by=MANAGER, role=4242)
        typed = {"name": "Lamp", "description": "", "price": "100", "stock": ""}
        sending = asyncio.create_task(people.submit(form, typed, by=MANAGER))
        async with asyncio.timeout(20):
            await discord.asked.wait()
        waiting = await rows(
            "SELECT FROM pg_stat_activity WHERE state LIKE 'idle in transaction%' AND datname = current_database()"
        )
        discord.go_on.set()
        refused = await sending
        await people.close()
    stop.set()
    await serving
    assert waiting == []
    assert "can't give roles" in refused.content
    assert refused.button("Try again")
    assert await rows("SELECT FROM shop_items") == []
