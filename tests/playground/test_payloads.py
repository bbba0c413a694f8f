"""Interaction payloads: signed, complete, and with the right permissions."""

from __future__ import annotations

import time
from typing import Any

import pytest

from discord_api.permissions import Permissions
from playground.world.cast import ALICE, BOB, BRUNA, GENERAL, HARBOUR, MANAGER, MARKET, SAILOR, STRANGER, WATCH_ROOM
from tests.playground.demo_command import GROUP, OPTIONS
from tests.playground.fake_bot import FakeBot, text

EVERYTHING = {
    "text": "hello",
    "count": 7,
    "flag": True,
    "who": BOB,
    "where": MARKET,
    "role": SAILOR,
    "any": STRANGER,
    "ratio": 0.5,
}


@pytest.fixture
async def sent(bot: FakeBot) -> dict[str, Any]:
    """The payload of a subcommand with one option of each type."""
    bot.answers["demo"] = text("ok")
    await bot.register(GROUP)
    await bot.play.slash("demo grp sub", as_=ALICE, channel=GENERAL, **EVERYTHING)
    return bot.seen[0]


def test_the_options_arrive_nested_and_typed(sent: dict[str, Any]) -> None:
    (group,) = sent["data"]["options"]
    (sub,) = group["options"]
    assert (group["type"], sub["type"]) == (2, 1)
    values = {option["name"]: (option["type"], option["value"]) for option in sub["options"]}
    assert values["count"] == (4, 7)
    assert values["flag"] == (5, True)
    assert values["who"] == (6, str(BOB))
    assert values["ratio"] == (10, 0.5)


def test_every_id_in_the_options_is_resolved(sent: dict[str, Any]) -> None:
    resolved = sent["data"]["resolved"]
    assert resolved["users"].keys() == {str(BOB), str(STRANGER)}
    assert resolved["roles"][str(SAILOR)]["position"] == 2
    assert resolved["channels"][str(MARKET)]["name"] == "market"
    assert "app_permissions" in resolved["channels"][str(MARKET)]


def test_a_resolved_member_comes_without_user_and_a_stranger_without_member(sent: dict[str, Any]) -> None:
    members = sent["data"]["resolved"]["members"]
    assert members.keys() == {str(BOB)}
    assert not {"user", "deaf", "mute"} & members[str(BOB)].keys()
    assert members[str(BOB)]["roles"] == [str(SAILOR)]


def test_the_payload_has_user_channel_and_locale(sent: dict[str, Any]) -> None:
    assert (sent["type"], sent["version"], sent["context"]) == (2, 1, 0)
    assert sent["guild_id"] == sent["guild"]["id"] == str(HARBOUR)
    assert sent["channel_id"] == sent["channel"]["id"] == str(GENERAL)
    assert sent["member"]["user"]["id"] == str(ALICE)
    assert "user" not in sent
    assert (sent["locale"], sent["guild_locale"]) == ("en-US", "en-US")
    assert sent["authorizing_integration_owners"] == {"0": str(HARBOUR)}


def test_the_request_is_signed_over_its_own_time(bot: FakeBot, sent: dict[str, Any]) -> None:
    headers = bot.headers[0]
    assert abs(int(headers["x-signature-timestamp"]) - time.time()) < 60
    assert len(bytes.fromhex(headers["x-signature-ed25519"])) == 64
    assert headers["content-type"] == "application/json"


async def test_permissions_are_those_in_the_channel(bot: FakeBot) -> None:
    bot.answers["demo"] = text("ok")
    await bot.register(GROUP)
    await bot.play.slash("demo grp sub", as_=MANAGER, channel=WATCH_ROOM)
    held = Permissions(int(bot.seen[0]["member"]["permissions"]))
    assert held.allows(Permissions.MANAGE_GUILD)
    assert Permissions(int(bot.seen[0]["app_permissions"])) & Permissions.MANAGE_ROLES


async def test_in_a_direct_message_there_is_a_user_and_no_guild(bot: FakeBot) -> None:
    bot.answers["demo"] = text("ok")
    await bot.register(GROUP)
    result = await bot.play.slash("demo grp sub", as_=BRUNA, channel=bot.play.dm(BRUNA))
    payload = bot.seen[0]
    assert payload["user"]["id"] == str(BRUNA)
    assert not {"member", "guild_id", "guild_locale"} & payload.keys()
    assert (payload["context"], payload["locale"]) == (1, "pt-BR")
    assert payload["authorizing_integration_owners"] == {"0": "0"}
    assert result.content == "ok"


async def test_a_user_command_has_its_target(bot: FakeBot) -> None:
    bot.answers["Profile"] = text("ok")
    await bot.register({"name": "Profile", "type": 2})
    result = await bot.play.user_menu("Profile", BOB, as_=ALICE)
    data = bot.seen[0]["data"]
    assert (data["type"], data["target_id"]) == (2, str(BOB))
    assert str(BOB) in data["resolved"]["users"]
    assert result.json["interaction_metadata"]["target_user"]["id"] == str(BOB)
    assert result.json["type"] == 23


async def test_a_message_command_has_the_messages_content(bot: FakeBot) -> None:
    bot.answers["Report"] = text("ok")
    await bot.register({"name": "Report", "type": 3})
    message = bot.play.say("look at this", as_=BOB)
    await bot.play.message_menu("Report", message, as_=ALICE)
    data = bot.seen[0]["data"]
    assert data["resolved"]["messages"][data["target_id"]]["content"] == "look at this"


async def test_a_chosen_person_role_or_channel_comes_resolved(bot: FakeBot) -> None:
    bot.answers["demo"] = text("choose", components=[{"type": 1, "components": [{"type": 5, "custom_id": "people"}]}])
    bot.answers["people"] = {"type": 6}
    await bot.register(GROUP)
    shown = await bot.play.slash("demo grp sub", as_=ALICE)
    await bot.play.choose(shown, "people", [BOB], as_=ALICE)
    payload = bot.seen[1]
    assert payload["data"]["component_type"] == 5
    assert payload["data"]["values"] == [str(BOB)]
    assert str(BOB) in payload["data"]["resolved"]["members"]
    assert payload["message"]["components"][0]["components"][0]["custom_id"] == "people"
    assert payload["message"]["interaction_metadata"]["id"] == bot.seen[0]["id"]


async def test_while_typing_required_options_may_be_missing(bot: FakeBot) -> None:
    item = {"type": 3, "name": "item", "description": "Item", "required": True, "autocomplete": True}
    buy = {"type": 1, "name": "buy", "description": "Buy", "options": [item, OPTIONS[0]]}
    await bot.register({"name": "shop", "description": "Shop", "options": [buy]})
    bot.answers["autocomplete"] = {"type": 8, "data": {"choices": [{"name": "Sword", "value": "sword"}]}}
    result = await bot.play.autocomplete("shop buy", "item", "sw", as_=BOB)
    assert result.choices == [{"name": "Sword", "value": "sword"}]
    payload = bot.seen[0]
    assert payload["type"] == 4
    assert payload["data"]["options"][0]["options"] == [{"name": "item", "type": 3, "value": "sw", "focused": True}]
