"""A playground for other people's clients: served on a real port, with a log of its responses."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import uvicorn

from app.server import bind
from playground.rest.calls import Operation
from playground.rest.routes import OPERATIONS
from playground.world.cast import BOB, BOT_ROLE, HARBOUR
from playground.world.entities import CommandOverride
from tests.playground.conftest import SPEC, playing
from tests.playground.fake_bot import FakeBot


@dataclass(frozen=True)
class Served:
    """The address of the REST API, and its bot."""

    url: str
    bot: FakeBot

    def unanswered(self) -> set[str]:
        """The operations of the playground that haven't been called successfully."""
        calls = self.bot.playground.state.playground.journal.calls
        done = {_operation(call.method, call.path) for call in calls if call.status < 300}
        return {_name(operation) for operation in OPERATIONS} - {_name(operation) for operation in done}


def _name(operation: Operation) -> str:
    return f"{operation.method} {operation.path}"


def _operation(method: str, url: str) -> Operation:
    path = url.removeprefix("/api/v10").partition("?")[0]
    return next(
        operation for operation in OPERATIONS if operation.method == method and _pattern(operation.path).fullmatch(path)
    )


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{\w+\}", "[^/]+", template))


@pytest.fixture
async def bot() -> AsyncIterator[FakeBot]:
    """A bot in a playground that ignores unknown fields as Discord does, because discord.py sends some."""
    async with playing(SPEC if SPEC.exists() else None, strict=False) as made:
        yield made


@pytest.fixture
async def served(bot: FakeBot) -> AsyncIterator[Served]:
    """The playground on its own port, with command permissions in one server."""
    state = bot.playground.state.playground
    state.journal.calls = deque()
    listening = bind("127.0.0.1", 0)
    state.origin_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    overrides = [
        CommandOverride(BOB, 2, allowed=False),
        CommandOverride(BOT_ROLE, 1, allowed=True),
        CommandOverride(HARBOUR - 1, 3, allowed=True),
    ]
    state.world.guilds[HARBOUR].command_permissions[bot.identity.application_id] = overrides
    server = uvicorn.Server(uvicorn.Config(bot.playground, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    yield Served(f"{state.origin_url}/api/v10", bot)
    server.should_exit = server.force_exit = True
    await serving
