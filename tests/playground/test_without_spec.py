"""Without Discord's OpenAPI file, the playground still applies its own limits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from playground.app import create_playground
from playground.world.cast import ALICE, GENERAL
from playground.world.identity import Identity
from tests.playground.fake_bot import SILENT, FakeBot, Json


def bare(strict: bool = True) -> FakeBot:
    bot = FakeBot(Identity.new())
    bot.connect(create_playground(bot.identity, None, httpx.ASGITransport(bot.app), strict=strict))
    return bot


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2001, "allowed_mentions": SILENT},
        {"content": "no mentions said"},
        {"content": 5, "allowed_mentions": SILENT},
        {"embeds": "none"},
        {"components": [{"type": 99}]},
        {"components": [7]},
        {"allowed_mentions": [], "content": "x", "embeds": [{"title": 5}]},
    ],
)
async def test_an_invalid_message_is_still_refused(body: Json) -> None:
    answer = await bare().rest.post(f"/channels/{GENERAL}/messages", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)


async def test_a_malformed_response_fails_the_interaction() -> None:
    bot = bare()
    await bot.register({"name": "ping", "description": "Ping"})
    bot.answers["ping"] = {"type": 4, "data": {"content": 5, "allowed_mentions": "all"}}
    result = await bot.play.slash("ping", as_=ALICE)
    assert result.failed
    assert result.exchange.outcome == "failed"


async def test_fields_that_discord_accepts_are_accepted_unless_strict() -> None:
    bot = bare(strict=False)
    await bot.register({"name": "ping", "description": "Ping"})
    bot.answers["ping"] = {"type": 4, "data": {"content": "pings whom it likes"}}
    assert (await bot.play.slash("ping", as_=ALICE)).failed is None


def test_a_plain_start_needs_no_development_dependency(tmp_path: Path) -> None:
    program = "import sys, playground.app; sys.exit(any(name.startswith('jsonschema') for name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0
