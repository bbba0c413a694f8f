"""What Discord tells us about somebody's servers: asked once for all who wait."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from discord_api import current
from discord_api.oauth import Tokens
from services.core import vault
from services.identity import discord_grants
from services.identity.discord_grants import Unknown
from tests.discord_api.test_oauth import client
from tests.support.bot import ALICE

SERVER = {"id": "1", "name": "Harbour", "icon": None, "owner": True, "permissions": "0"}


@pytest.fixture
def asked(database: str) -> list[str]:
    """The paths that Discord was asked for."""
    paths: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(200, json=[SERVER])

    vault.use({"a": b"k" * 32})
    current.use_oauth(client(answer))
    return paths


async def test_five_tabs_ask_discord_once(asked: list[str]) -> None:
    await discord_grants.keep(ALICE, Tokens("token", "refresh", 600, frozenset()))
    answers = await asyncio.gather(*(discord_grants.servers(ALICE) for _ in range(5)))
    assert [[server.name for server in answer] for answer in answers] == [["Harbour"]] * 5
    assert len(asked) == 1


async def test_who_is_told_nothing_is_told_so_in_each_tab_and_asked_again_later(asked: list[str]) -> None:
    await discord_grants.keep(ALICE, Tokens("token", "refresh", 600, frozenset()))
    current.use_oauth(client(lambda _request: httpx.Response(500)))
    failures = await asyncio.gather(*(discord_grants.servers(ALICE) for _ in range(5)), return_exceptions=True)
    assert {type(failure) for failure in failures} == {Unknown}
    current.use_oauth(client(lambda _request: httpx.Response(200, json=[SERVER])))
    assert [server.name for server in await discord_grants.servers(ALICE)] == ["Harbour"]
    assert asked == []
