"""A playground and a small bot in the same process, without a network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from playground.app import create_playground
from playground.client.acting import Play
from playground.world.identity import Identity
from tests.playground.fake_bot import FakeBot

# One heading of the `/` menu; commands that it does not list stand under the bot's name.
HEADINGS = [{"name": "Economy", "name_localizations": {"pt-BR": "Economia"}, "icon": "💰", "commands": ["shop", "pay"]}]
SPEC = Path(__file__).parents[3] / "shared" / "discord-openapi.json"


@pytest.fixture
def spec() -> Path:
    if not SPEC.exists():
        pytest.skip(f"Discord's OpenAPI file is not at {SPEC.name} in the folder beside the checkout")
    return SPEC


@asynccontextmanager
async def playing(spec: Path | None, *, strict: bool = True) -> AsyncIterator[FakeBot]:
    """A bot in a new playground."""
    identity = Identity.new()
    bot = FakeBot(identity)
    playground = create_playground(identity, spec, httpx.ASGITransport(bot.app), strict=strict, headings=HEADINGS)
    bot.connect(playground)
    yield bot
    await bot.rest.aclose()
    await bot.play.aclose()


@pytest.fixture
async def bot() -> AsyncIterator[FakeBot]:
    """A bot in a playground that checks against Discord's OpenAPI file, if it is present."""
    async with playing(SPEC if SPEC.exists() else None) as bot:
        yield bot


@pytest.fixture(params=["checked against the file", "checked by its own limits"])
async def either(request: pytest.FixtureRequest) -> AsyncIterator[FakeBot]:
    """A bot in a playground with Discord's OpenAPI file, then in one without it."""
    with_file = request.param == "checked against the file"
    if with_file and not SPEC.exists():
        pytest.skip("Discord's OpenAPI file is not in the folder beside the checkout")
    async with playing(SPEC if with_file else None) as bot:
        yield bot


@pytest.fixture
def play(bot: FakeBot) -> Play:
    return bot.play


@pytest.fixture
async def page(bot: FakeBot) -> AsyncIterator[httpx.AsyncClient]:
    """What the page in the browser sends its requests with."""
    transport = httpx.ASGITransport(bot.playground)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8081") as client:
        yield client
