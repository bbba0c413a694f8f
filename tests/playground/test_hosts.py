"""The playground only answers to local host names, so that no other site can reach it."""

from __future__ import annotations

import httpx
import pytest

from tests.playground.fake_bot import FakeBot


async def _asked(bot: FakeBot, host: str, path: str) -> int:
    transport = httpx.ASGITransport(bot.playground)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8081") as client:
        return (await client.get(path, headers={"Host": host})).status_code


@pytest.mark.parametrize("host", ["127.0.0.1:8081", "127.0.0.1", "[::1]:8081", "LOCALHOST:9000"])
async def test_it_answers_to_every_local_host_name(bot: FakeBot, host: str) -> None:
    assert await _asked(bot, host, "/ui/faults") == 200


@pytest.mark.parametrize("path", ["/", "/ui/faults", "/api/v10/gateway", "/oauth2/authorize", "/static/app.js"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:8081", "127.0.0.1.evil.example", "", "[half", "a@b"])
async def test_any_other_host_name_is_refused(bot: FakeBot, host: str, path: str) -> None:
    assert await _asked(bot, host, path) == 421
