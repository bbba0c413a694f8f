"""The whole bot, web and worker, with the playground around it."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from httpx import ASGITransport, AsyncClient
from nacl.signing import SigningKey
from starlette.types import ASGIApp

from app import moved_clock
from app.local import PROGRAM
from app.main import create_app
from app.parts import client
from app.server import bind, serve
from app.settings import Settings
from app.start import announce
from playground.app import create_playground
from playground.client.acting import Play
from playground.world.clock import Clock
from playground.world.identity import Identity
from tests.support.behind import Gate
from tests.support.clock import moved_back
from tests.support.lifespan import running
from tests.support.waiting import serves, until

# Discord's own description of its interface; where it lies beside the checkout, every call is checked against it.
_SPEC = Path(os.environ.get("DISCORD_OPENAPI", "../shared/discord-openapi.json"))
SPEC = _SPEC if _SPEC.exists() else None
HOME = "http://bot.test"  # where the bot of `play` is reached


class Whole(NamedTuple):
    """The whole bot, web and worker, and the playground around it."""

    app: ASGIApp
    play: Play
    playground: str = ""  # its address


class Served(NamedTuple):
    """The whole bot where a browser reaches it."""

    address: str
    whole: Whole


@asynccontextmanager
async def everything(
    settings: Settings, public_url: str, listening: socket.socket | None = None, gate: Gate | None = None
) -> AsyncIterator[Whole]:
    """The whole bot: in this process, or its web in two others and only its worker in this one."""
    identity = Identity.new()
    place = bind("127.0.0.1", 0)
    address = f"http://127.0.0.1:{place.getsockname()[1]}"
    settled = replace(
        settings,
        **_account(identity),
        discord_api_url=f"{address}/api/v10",
        discord_authorize_url=f"{address}/oauth2/authorize",
        discord_cdn_url=address,
        public_url=public_url,
    )
    ours = create_app(settled, with_worker=True)
    back = [f"{public_url}/login/callback", PROGRAM]
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(gate.webs(settled)) if gate else ours
        clock = Clock(follow=moved_clock.move_to)
        world = create_playground(identity, SPEC, ASGITransport(app), url=address, redirect_uris=back, clock=clock)
        await stack.enter_async_context(serving(world, place))
        await stack.enter_async_context(serving(ours, listening) if listening else running(ours))
        discord = client(settled)
        await announce(settled, discord)
        await discord.close()
        # It answers before everything is loaded; what a test calls in this process must not be earlier than that.
        async with AsyncClient(transport=ASGITransport(ours), base_url=HOME) as http:
            await until(lambda: serves(http))
        yield Whole(app, world.state.play, address)
        await world.state.play.settle()
        if clock.ahead:
            await moved_back()


@asynccontextmanager
async def serving(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """The app on this socket, until the end of the block."""
    stop = asyncio.Event()
    served = asyncio.create_task(serve([(app, listening)], stop=stop))
    async with AsyncClient(base_url=f"http://127.0.0.1:{listening.getsockname()[1]}") as http:
        await until(lambda: serves(http))
    yield
    stop.set()
    await served


def _account(identity: Identity) -> dict[str, Any]:
    key = bytes(SigningKey(identity.signing_key).verify_key)
    return {
        "discord_application_id": identity.application_id,
        "discord_public_key": key,
        "discord_bot_token": identity.token,
        "discord_client_secret": identity.client_secret,
    }
