"""REST: the application, whose endpoint is verified before it is saved, and installs."""

from __future__ import annotations

import httpx
import pytest

from playground.app import create_playground
from playground.world.cast import HARBOUR, OWNER, PRACA
from tests.playground.fake_bot import EVENTS_URL, URL, FakeBot

EVENTS_ON = {
    "event_webhooks_url": EVENTS_URL,
    "event_webhooks_status": 2,
    "event_webhooks_types": ["APPLICATION_AUTHORIZED"],
}


async def test_the_token_is_enough_to_get_id_and_key(bot: FakeBot) -> None:
    application = (await bot.rest.get("/applications/@me")).json()
    assert application["id"] == str(bot.identity.application_id)
    assert application["verify_key"] == bot.identity.verify_key


async def test_an_endpoint_that_checks_signatures_is_saved(bot: FakeBot) -> None:
    answer = await bot.rest.patch("/applications/@me", json={"interactions_endpoint_url": URL})
    assert answer.status_code == 200
    assert (await bot.rest.get("/applications/@me")).json()["interactions_endpoint_url"] == URL


async def test_an_endpoint_that_accepts_invalid_signatures_is_not_saved(bot: FakeBot) -> None:
    bot.careless = True
    answer = await bot.rest.patch("/applications/@me", json={"interactions_endpoint_url": URL})
    assert (answer.status_code, answer.json()["code"]) == (400, 50035)
    (fault,) = answer.json()["errors"]["interactions_endpoint_url"]["_errors"]
    assert "invalid signature with 200 instead of 401" in fault["message"]
    assert (await bot.rest.get("/applications/@me")).json()["interactions_endpoint_url"] is None


@pytest.mark.parametrize("url", ["http://bot.test/nowhere", EVENTS_URL])
async def test_an_endpoint_that_does_not_pong_is_not_saved(bot: FakeBot, url: str) -> None:
    answer = await bot.rest.patch("/applications/@me", json={"interactions_endpoint_url": url})
    assert answer.json()["code"] == 50035


async def test_an_unreachable_endpoint_is_not_saved(bot: FakeBot) -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    playground = create_playground(bot.identity, transport=httpx.MockTransport(refuse))
    bot.connect(playground)
    answer = await bot.rest.patch("/applications/@me", json={"interactions_endpoint_url": URL})
    assert "can't be reached (ConnectError)" in answer.text


async def test_a_description_is_saved_and_the_endpoint_stays(bot: FakeBot) -> None:
    await bot.rest.patch("/applications/@me", json={"interactions_endpoint_url": URL})
    application = (await bot.rest.patch("/applications/@me", json={"description": "Keeps the purse"})).json()
    assert (application["description"], application["interactions_endpoint_url"]) == ("Keeps the purse", URL)


async def test_the_bot_is_told_of_every_guild_once_it_sets_an_endpoint(bot: FakeBot) -> None:
    assert (await bot.rest.patch("/applications/@me", json=EVENTS_ON)).status_code == 200
    await bot.rest.patch("/applications/@me", json=EVENTS_ON)
    await bot.play.settle()
    events = [body["event"] for body in bot.events]
    assert {event["type"] for event in events} == {"APPLICATION_AUTHORIZED"}
    assert sorted(event["data"]["guild"]["id"] for event in events) == [str(HARBOUR), str(PRACA)]
    assert events[0]["data"]["integration_type"] == 0
    # The time she was added, not now, so that the next start of the playground repeats the same event.
    assert {event["timestamp"][:4] for event in events} == {"2023", "2024"}


async def test_an_endpoint_for_events_that_answers_like_interactions_is_not_saved(bot: FakeBot) -> None:
    answer = await bot.rest.patch("/applications/@me", json=EVENTS_ON | {"event_webhooks_url": URL})
    assert "event_webhooks_url" in answer.json()["errors"]


async def test_the_bot_leaves_a_guild_and_is_added_again(bot: FakeBot) -> None:
    await bot.rest.patch("/applications/@me", json=EVENTS_ON)
    await bot.play.settle()
    bot.events.clear()
    assert (await bot.rest.delete(f"/users/@me/guilds/{HARBOUR}")).status_code == 204
    gone = await bot.rest.get(f"/guilds/{HARBOUR}")
    assert (gone.status_code, gone.json()["code"]) == (403, 50001)
    bot.play.install(HARBOUR, by=OWNER)
    await bot.play.settle()
    assert [body["event"]["data"]["guild"]["id"] for body in bot.events] == [str(HARBOUR)]
    assert (await bot.rest.get(f"/guilds/{HARBOUR}")).status_code == 200


async def test_guilds_come_in_pages_by_id(bot: FakeBot) -> None:
    first = (await bot.rest.get("/users/@me/guilds?limit=1&with_counts=true")).json()
    rest = (await bot.rest.get(f"/users/@me/guilds?after={first[0]['id']}")).json()
    assert [guild["id"] for guild in first + rest] == [str(HARBOUR), str(PRACA)]
    assert first[0]["approximate_member_count"] == 12
    last = (await bot.rest.get(f"/users/@me/guilds?limit=1&before={1 << 62}")).json()
    assert [guild["id"] for guild in last] == [str(PRACA)]
    assert (await bot.rest.get(f"/users/@me/guilds?before={HARBOUR}")).json() == []


async def test_an_event_that_is_not_acknowledged_comes_again(bot: FakeBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.client.webhook_events._PAUSES_SECONDS", (0, 0))
    bot.event_status = 500
    await bot.rest.patch("/applications/@me", json=EVENTS_ON)
    await bot.play.settle()
    assert len(bot.events) == 2 * 3
    application = (await bot.rest.get("/applications/@me")).json()
    assert application["event_webhooks_status"] == 3
