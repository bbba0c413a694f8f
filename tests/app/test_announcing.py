"""Discord learns our address sooner or later, whatever it refuses at first, and whoever waits for that is told."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import httpx
import pytest
import respx

from app import local, start
from app.settings import Settings, StartError, read

API = "https://discord.test/api/v10"
WANTED = "https://tatiana.example/interactions"


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(start, "AGAIN", (0.01, 0.02))
    given = read({"DISCORD_BOT_TOKEN": "token", "PUBLIC_URL": "https://tatiana.example", "DISCORD_API_URL": API})
    return replace(given, discord_application_id=1190000000000000001, discord_public_key=bytes(32))


def refusal(status: int = 400) -> httpx.Response:
    return httpx.Response(status, json={"code": 50035, "message": "Invalid Form Body"})


async def test_the_address_is_sent_although_the_commands_are_refused(
    settings: Settings, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(url__startswith=f"{API}/applications/@me").respond(json={})
    respx_mock.get(url__startswith=f"{API}/applications/1190000000000000001/commands").mock(return_value=refusal())
    address = respx_mock.patch(f"{API}/applications/@me").respond(json={})
    async with start.identified(settings) as (known, discord):
        with pytest.raises(start.RegistrationFailed, match="did not take our commands"):
            await start.announce(known, discord)
    assert json.loads(address.calls.last.request.content)["interactions_endpoint_url"] == WANTED


@pytest.mark.parametrize("answer", [{}, {"id": "x", "verify_key": "00"}, {"id": None, "verify_key": "00"}])
async def test_a_server_that_is_not_discord_is_named_as_such(
    settings: Settings, respx_mock: respx.MockRouter, answer: dict[str, object]
) -> None:
    respx_mock.get(url__startswith=f"{API}/applications/@me").respond(json=answer)
    with pytest.raises(StartError, match=f"What answers at {API} is not Discord: look at DISCORD_API_URL"):
        async with start.identified(replace(settings, discord_application_id=None, discord_public_key=None)):
            pass


async def test_run_says_what_is_refused_and_that_it_went_well_in_the_end(
    settings: Settings, respx_mock: respx.MockRouter, capsys: pytest.CaptureFixture[str]
) -> None:
    respx_mock.get(url__startswith=f"{API}/applications/@me").respond(json={})
    respx_mock.get(url__startswith=f"{API}/applications/1190000000000000001/commands").respond(json=[])
    respx_mock.put(url__startswith=f"{API}/applications/1190000000000000001/commands").respond(json=[])
    respx_mock.post(url__startswith=f"{API}/applications/1190000000000000001/commands").respond(json={})
    respx_mock.get(url__startswith=f"{API}/users/@me/guilds").respond(json=[])
    answers = [refusal(), refusal(), refusal(), refusal(), httpx.Response(200, json={})]
    address = respx_mock.patch(f"{API}/applications/@me").mock(side_effect=answers)
    async with start.identified(settings) as (known, discord):
        first = await local._announced(known, discord)
        async with asyncio.timeout(20):
            await local._insist(known, discord)
    assert first is not None
    assert "did not take our address https://tatiana.example" in first
    said = capsys.readouterr().out
    assert said.count("did not take our address https://tatiana.example") == 3, "of more attempts than there are waits"
    assert "tried again in 0.02 seconds" in said
    assert said.endswith("Discord knows our commands and address now.\n")
    assert address.call_count == 5
