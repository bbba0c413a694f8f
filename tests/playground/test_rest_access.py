"""REST: authorization, rate limits and errors."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from playground.world.cast import ALICE, GENERAL, HARBOUR
from tests.playground.fake_bot import SILENT, FakeBot, text


def stand_still(bot: FakeBot) -> list[float]:
    """Stop the clock of the rate limits; the one number in the list is its time."""
    now = [0.0]
    bot.playground.state.playground.rates.clock = lambda: now[0]
    return now


async def test_a_wrong_token_is_refused_with_401(bot: FakeBot) -> None:
    answer = await bot.rest.get("/users/@me", headers={"Authorization": "Bot wrong"})
    assert (answer.status_code, answer.json()) == (401, {"message": "401: Unauthorized", "code": 0})


async def test_a_caller_without_a_valid_user_agent_is_refused(bot: FakeBot) -> None:
    answer = await bot.rest.get("/users/@me", headers={"User-Agent": "python"})
    assert (answer.status_code, answer.json()["code"]) == (403, 40333)


async def test_a_path_that_discord_does_not_have_is_404_in_its_form(bot: FakeBot) -> None:
    assert (await bot.rest.get("/nothing/here")).json() == {"message": "404: Not Found", "code": 0}


@pytest.mark.parametrize("path", ["/users/@me", "/oauth2/token/revoke", f"/guilds/{HARBOUR}/roles"])
async def test_a_method_that_a_path_does_not_have_is_405_in_discords_form(bot: FakeBot, path: str) -> None:
    answer = await bot.rest.put(path)
    assert (answer.status_code, answer.json()) == (405, {"message": "405: Method Not Allowed", "code": 0})
    assert answer.headers["allow"] in ("GET", "POST")


async def test_another_version_of_the_interface_is_404_in_discords_form(bot: FakeBot) -> None:
    answer = await bot.rest.get("http://127.0.0.1:8081/api/v6/users/@me")
    assert (answer.status_code, answer.json()) == (404, {"message": "404: Not Found", "code": 0})


@pytest.mark.parametrize(
    "name",
    [
        "DiscordBot (https://bot.test, 1)",
        "DiscordBot (https://github.com/Rapptz/discord.py 2.7.1) Python/3.11 aiohttp/3.14.5",
        "DiscordBot (https://github.com/hikari-py/hikari, 2.7.0) Nekokatt",
        "DiscordBot (https://discord.js.org, 2.6.0) Node.js/24",
    ],
)
async def test_user_agents_of_common_libraries_are_accepted(bot: FakeBot, name: str) -> None:
    assert (await bot.rest.get("/users/@me", headers={"User-Agent": name})).status_code == 200


async def test_an_id_that_is_not_a_snowflake_is_an_invalid_form(bot: FakeBot) -> None:
    answer = await bot.rest.get("/guilds/harbour")
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)


async def test_a_body_that_is_not_json_is_refused(bot: FakeBot) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await bot.rest.post(f"/channels/{GENERAL}/messages", content=b"{", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, 50109)


async def test_a_body_of_another_kind_is_refused(bot: FakeBot) -> None:
    answer = await bot.rest.post(f"/channels/{GENERAL}/messages", data={"content": "hi"})
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)


async def test_errors_mirror_the_body_down_to_the_wrong_field(bot: FakeBot) -> None:
    embeds = [{"title": "ok"}, {"title": "x" * 257}]
    answer = await bot.rest.post(f"/channels/{GENERAL}/messages", json={"embeds": embeds})
    assert answer.json()["code"] == 50035
    (fault,) = answer.json()["errors"]["embeds"]["1"]["title"]["_errors"]
    assert fault == {"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 256 or fewer in length."}


async def test_a_bucket_counts_down_and_then_says_how_long_to_wait(bot: FakeBot) -> None:
    body = {"content": "hi", "allowed_mentions": SILENT}
    answers = [await bot.rest.post(f"/channels/{GENERAL}/messages", json=body) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    left = [int(answer.headers["x-ratelimit-remaining"]) for answer in answers]
    assert left == [4, 3, 2, 1, 0, 0]
    refused = answers[-1]
    assert refused.json()["global"] is False
    assert 0 < refused.json()["retry_after"] <= 5
    assert refused.headers["x-ratelimit-scope"] == "user"
    assert refused.headers["via"], "discord.py takes it for Cloudflare's without"
    assert float(refused.headers["x-ratelimit-reset-after"]) <= int(refused.headers["retry-after"])


async def test_after_the_wait_the_bucket_is_full_again(bot: FakeBot) -> None:
    now = stand_still(bot)
    answers = [await bot.rest.get(f"/channels/{GENERAL}/messages") for _ in range(6)]
    assert answers[-1].status_code == 429
    now[0] += answers[-1].json()["retry_after"]
    assert (await bot.rest.get(f"/channels/{GENERAL}/messages")).status_code == 200


async def test_another_channel_has_a_bucket_of_its_own_under_the_same_name(bot: FakeBot) -> None:
    dm = bot.play.dm(ALICE)
    for _ in range(6):
        full = await bot.rest.get(f"/channels/{GENERAL}/messages")
    other = await bot.rest.get(f"/channels/{dm}/messages")
    assert (full.status_code, other.status_code) == (429, 200)
    assert full.headers["x-ratelimit-bucket"] == other.headers["x-ratelimit-bucket"]


async def test_more_than_fifty_calls_in_a_second_meet_the_global_limit(bot: FakeBot) -> None:
    stand_still(bot)
    answers = await asyncio.gather(*(bot.rest.get("/applications/@me") for _ in range(25)))
    answers += await asyncio.gather(*(bot.rest.get("/users/@me") for _ in range(30)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) == 5
    assert {answer.headers["x-ratelimit-scope"] for answer in refused} == {"global"}
    assert all(answer.json()["global"] for answer in refused)


async def test_answering_interactions_does_not_count_against_the_global_limit(bot: FakeBot) -> None:
    bot.answers["ping"] = text("pong")
    await bot.register({"name": "ping", "description": "Ping"})
    stand_still(bot)
    while (await bot.rest.get("/users/@me")).status_code == 200:
        pass
    await bot.play.slash("ping", as_=ALICE)
    shown = await bot.webhook("GET", bot.seen[0])
    assert shown.status_code == 200


async def test_the_gateway_is_named_to_anyone_and_is_not_discords(bot: FakeBot) -> None:
    answer = await bot.rest.get("/gateway", headers={"Authorization": ""})
    assert answer.json() == {"url": "ws://127.0.0.1:8081/gateway"}
    assert (await bot.rest.get("/gateway/bot", headers={"Authorization": ""})).status_code == 401


async def test_every_call_is_logged_with_its_response(bot: FakeBot) -> None:
    await bot.rest.get(f"/guilds/{HARBOUR}?with_counts=true")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(bot.playground), base_url="http://127.0.0.1:8081"
    ) as page:
        newest = (await page.get("/ui/calls")).json()["calls"][0]
    assert (newest["method"], newest["status"]) == ("GET", 200)
    assert newest["path"] == f"/api/v10/guilds/{HARBOUR}?with_counts=true"
