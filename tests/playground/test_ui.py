"""The page's own API: what each person sees and can do."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from playground.client.acting import Play
from playground.world.cast import (
    ALICE,
    BOB,
    BRUNA,
    CARMEN,
    GENERAL,
    HARBOUR,
    MANAGER,
    PRACA,
    STRANGER,
)
from tests.playground.fake_bot import FakeBot, Json, text

PAY = {
    "name": "pay",
    "name_localizations": {"pt-BR": "pagar"},
    "description": "Pay somebody",
    "description_localizations": {"pt-BR": "Pague alguém", "es-ES": "Paga a alguien"},
    "options": [
        {
            "type": 4,
            "name": "coins",
            "name_localizations": {"pt-BR": "moedas"},
            "description": "How many",
            "required": True,
            "choices": [{"name": "ten", "name_localizations": {"pt-BR": "dez"}, "value": 10}],
        }
    ],
}
SETTINGS = {"name": "settings", "description": "Settings", "default_member_permissions": "32"}


async def world(page: httpx.AsyncClient, user_id: int) -> Json:
    answer = await page.get(f"/ui/world?as={user_id}")
    assert answer.status_code == 200
    made: Json = answer.json()
    return made


async def test_a_stranger_sees_no_server_but_their_own_direct_messages(page: httpx.AsyncClient) -> None:
    seen = await world(page, STRANGER)
    assert seen["guilds"] == []
    assert seen["dm"]["id"]


async def test_a_member_sees_their_servers_without_the_crews_channel(page: httpx.AsyncClient) -> None:
    harbour, praca = (await world(page, ALICE))["guilds"]
    assert (harbour["id"], praca["id"]) == (str(HARBOUR), str(PRACA))
    names = [channel["name"] for channel in harbour["channels"]]
    assert "general" in names
    assert "watch-room" not in names
    assert [member["bot"] for member in harbour["members"]].count(True) == 1


async def test_the_crew_sees_its_channel(page: httpx.AsyncClient) -> None:
    (harbour,) = (await world(page, MANAGER))["guilds"]
    assert "watch-room" in [channel["name"] for channel in harbour["channels"]]


async def test_the_world_names_everyone_one_may_act_as(bot: FakeBot, page: httpx.AsyncClient) -> None:
    await bot.register(PAY)
    seen = await world(page, ALICE)
    assert len(seen["people"]) == 12
    assert all(person["about"] and person["avatar_url"] for person in seen["people"])
    assert seen["application"]["endpoint"] == "http://bot.test/interactions"
    assert seen["application"]["commands_registered"] == 1
    paths = ("servers", "readyz", "metrics")
    assert {link["url"] for link in seen["links"]} == {f"http://bot.test/{path}" for path in paths}


async def test_a_new_page_starts_as_the_owner_in_a_public_channel(page: httpx.AsyncClient) -> None:
    seen = (await page.get("/ui/world")).json()
    assert seen["people"][0]["about"] == "owns The Harbour"
    assert seen["guilds"][0]["owner_id"] == seen["people"][0]["id"]
    texts = [channel["name"] for channel in seen["guilds"][0]["channels"] if channel["type"] == 0]
    assert texts[0] == "general"


async def test_commands_are_shown_in_the_persons_language(bot: FakeBot, page: httpx.AsyncClient) -> None:
    await bot.register(PAY)
    shown = {}
    for user_id in (ALICE, BRUNA, CARMEN):
        (command,) = (await page.get(f"/ui/commands?as={user_id}&channel_id={GENERAL}")).json()["commands"]
        option = command["options"][0]
        shown[user_id] = (command["name_shown"], command["description_shown"], option["name_shown"])
        assert (command["name"], command["usable"], command["why"]) == ("pay", True, None)
        assert option["choices"][0]["name_shown"] == ("dez" if user_id == BRUNA else "ten")
    assert shown == {
        ALICE: ("pay", "Pay somebody", "coins"),
        BRUNA: ("pagar", "Pague alguém", "moedas"),
        CARMEN: ("pay", "Paga a alguien", "coins"),
    }


async def test_members_do_not_see_commands_for_managers(bot: FakeBot, page: httpx.AsyncClient) -> None:
    await bot.register(PAY, SETTINGS)
    seen = {}
    for user_id in (ALICE, MANAGER):
        answer = await page.get(f"/ui/commands?as={user_id}&channel_id={GENERAL}")
        seen[user_id] = [command["name"] for command in answer.json()["commands"]]
    assert seen == {ALICE: ["pay"], MANAGER: ["pay", "settings"]}


async def test_people_get_only_messages_that_they_can_see(bot: FakeBot, page: httpx.AsyncClient, play: Play) -> None:
    await bot.register(PAY)
    bot.answers["pay"] = text(f"paid <@{BOB}>", flags=64)
    await play.slash("pay", as_=ALICE, coins=10)
    mine = (await page.get(f"/ui/channels/{GENERAL}/messages?as={ALICE}")).json()["messages"]
    theirs = (await page.get(f"/ui/channels/{GENERAL}/messages?as={BOB}")).json()["messages"]
    assert len(mine) == len(theirs) + 1
    last = mine[-1]
    assert last["ephemeral_for"] == str(ALICE)
    assert last["interaction_metadata"]["name"] == "pay"
    assert [user["id"] for user in last["mentions"]] == [str(BOB)]
    assert last["pinged"] == []
    assert last["state"] is None


async def start(page: httpx.AsyncClient, kind: str, user_id: int = ALICE, **more: Any) -> httpx.Response:
    body = {"kind": kind, "as": str(user_id), "channel_id": str(GENERAL), **more}
    return await page.post("/ui/interactions", json=body)


async def test_a_command_a_press_and_a_form_are_started_from_the_page(
    bot: FakeBot, page: httpx.AsyncClient, play: Play
) -> None:
    (pay,) = await bot.register(PAY)
    button = {"type": 2, "style": 1, "label": "Note", "custom_id": "note"}
    bot.answers["pay"] = text("paid", components=[{"type": 1, "components": [button]}])
    field = {"type": 18, "label": "Note", "component": {"type": 4, "style": 1, "custom_id": "words"}}
    bot.answers["note"] = {"type": 9, "data": {"custom_id": "note:1", "title": "Note", "components": [field]}}
    bot.answers["note:1"] = text("noted", flags=64)

    started = await start(page, "command", command_id=pay["id"], options=[{"name": "coins", "value": 10}])
    assert started.json().keys() == {"exchange_id", "interaction_id"}
    await play.settle()
    message = (await page.get(f"/ui/channels/{GENERAL}/messages?as={ALICE}")).json()["messages"][-1]
    await start(page, "component", message_id=message["id"], custom_id="note")
    await play.settle()
    (modal_id,) = play._state.modals
    await start(page, "modal", modal_id=modal_id, fields={"words": "thanks"})
    await play.settle()
    labels = [exchange["label"] for exchange in (await page.get(f"/ui/exchanges?as={ALICE}")).json()["exchanges"]]
    assert labels == ["form note:1", "button note", "/pay"]
    assert (await page.get(f"/ui/exchanges?as={BOB}")).json() == {"exchanges": []}
    last = (await page.get(f"/ui/channels/{GENERAL}/messages?as={ALICE}")).json()["messages"][-1]
    assert (last["content"], last["ephemeral_for"]) == ("noted", str(ALICE))


async def test_the_panel_shows_request_signature_answer_and_time(
    bot: FakeBot, page: httpx.AsyncClient, play: Play
) -> None:
    (pay,) = await bot.register(PAY)
    bot.answers["pay"] = text("paid")
    await start(page, "command", command_id=pay["id"], options=[{"name": "coins", "value": 10}])
    await play.settle()
    (exchange,) = (await page.get(f"/ui/exchanges?as={ALICE}")).json()["exchanges"]
    assert exchange["request"]["url"] == "http://bot.test/interactions"
    assert len(exchange["request"]["headers"]["X-Signature-Ed25519"]) == 128
    assert exchange["request"]["body"]["data"]["name"] == "pay"
    assert exchange["response"]["status"] == 200
    assert exchange["response"]["body"]["data"]["content"] == "paid"
    assert exchange["ms"] > 0
    assert (exchange["outcome"], exchange["who"]["global_name"]) == ("answered", "Alice Moreau")


async def test_a_refusal_names_the_invalid_options(bot: FakeBot, page: httpx.AsyncClient) -> None:
    (pay,) = await bot.register(PAY)
    answer = await start(page, "command", command_id=pay["id"], options=[])
    assert answer.status_code == 422
    assert answer.json()["fields"] == {"coins": "This option is required. Specify a value."}
    assert bot.seen == []


async def test_suggestions_come_back_at_once(bot: FakeBot, page: httpx.AsyncClient) -> None:
    item = {"type": 3, "name": "item", "description": "Item", "autocomplete": True}
    (buy,) = await bot.register({"name": "buy", "description": "Buy", "options": [item]})
    bot.answers["autocomplete"] = {"type": 8, "data": {"choices": [{"name": "Rope", "value": "rope"}]}}
    options = [{"name": "item", "type": 3, "value": "r", "focused": True}]
    body = {"as": str(ALICE), "channel_id": str(GENERAL), "command_id": buy["id"], "options": options}
    assert (await page.post("/ui/autocomplete", json=body)).json() == {"choices": [{"name": "Rope", "value": "rope"}]}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/ui/world?as=me", None, 422),
        ("GET", "/ui/world?as=5", None, 404),
        ("GET", f"/ui/channels/5/messages?as={ALICE}", None, 404),
        ("POST", "/ui/interactions", [], 400),
        ("POST", "/ui/interactions", {"as": str(ALICE), "channel_id": str(GENERAL), "kind": "dance"}, 422),
        ("POST", "/ui/interactions", {"as": str(ALICE), "channel_id": str(GENERAL), "kind": "modal"}, 422),
        ("PUT", "/ui/faults", {"slow_ms": "fast"}, 422),
    ],
)
async def test_malformed_requests_are_refused_with_a_sentence(
    page: httpx.AsyncClient, method: str, path: str, body: Any, status: int
) -> None:
    answer = await page.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")


async def test_another_site_in_the_same_browser_cannot_click_here(page: httpx.AsyncClient) -> None:
    headers = {"Origin": "https://elsewhere.example"}
    refused = await page.put("/ui/faults", json={"twice": True}, headers=headers)
    assert refused.status_code == 403
    own = await page.put("/ui/faults", json={"twice": True}, headers={"Origin": "http://127.0.0.1:8081"})
    assert own.json()["twice"] is True


async def test_the_page_with_its_files_and_pictures_is_served(bot: FakeBot, page: httpx.AsyncClient) -> None:
    assert (await page.get("/")).status_code == 200
    seen = await world(page, ALICE)
    pictures = [seen["application"]["avatar_url"], seen["guilds"][0]["icon_url"], seen["people"][0]["avatar_url"]]
    for url in pictures:
        answer = await page.get(url)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert (await page.get("/embed/avatars/3.png")).status_code == 200
    assert (await page.get("/static/icon.svg")).headers["cache-control"] == "no-cache"
    assert (await page.get("/attachments/1/2/a.png")).status_code == 404
