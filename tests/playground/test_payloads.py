"""Interaction payloads: signed, complete, and with the right permissions."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from discord_api.permissions import Permissions
from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import ALICE, BOB, BRUNA, GENERAL, HARBOUR, MANAGER, MARKET, SAILOR, STRANGER, WATCH_ROOM
from playground.world.entities import Message
from tests.playground.fake_bot import SILENT, FakeBot, text

OPTIONS: list[dict[str, Any]] = [
    {"type": kind, "name": name, "description": name}
    for kind, name in [
        (3, "text"), (4, "count"), (5, "flag"), (6, "who"), (7, "where"), (8, "role"), (9, "any"), (10, "ratio"),
    ]
]  # fmt: skip
GROUP = {
    "name": "demo",
    "description": "Demo",
    "options": [
        {
            "type": 2,
            "name": "grp",
            "description": "Group",
            "options": [{"type": 1, "name": "sub", "description": "Sub", "options": OPTIONS}],
        }
    ],
}
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


NEEDY = {
    "name": "pay",
    "description": "Pay",
    "options": [
        {"type": 4, "name": "coins", "description": "Coins", "required": True, "min_value": 1, "max_value": 100},
        {"type": 3, "name": "note", "description": "Note", "max_length": 5},
        {"type": 3, "name": "kind", "description": "Kind", "choices": [{"name": "Gift", "value": "gift"}]},
        {"type": 6, "name": "to", "description": "To"},
        {"type": 7, "name": "where", "description": "Where", "channel_types": [2]},
        {"type": 8, "name": "role", "description": "Role"},
    ],
}


@pytest.mark.parametrize(
    ("option", "given", "sentence"),
    [
        ("coins", {}, "This option is required. Specify a value."),
        ("coins", {"coins": 0}, "The lowest value is 1."),
        ("coins", {"coins": 101}, "The highest value is 100."),
        ("coins", {"coins": "7"}, "Write a whole number."),
        ("coins", {"coins": True}, "Write a whole number."),
        ("note", {"coins": 1, "note": "too long"}, "Write 1 to 5 characters."),
        ("note", {"coins": 1, "note": ""}, "Write 1 to 5 characters."),
        ("kind", {"coins": 1, "kind": "loan"}, "Choose one of the listed values."),
        ("to", {"coins": 1, "to": 5}, "Choose a person."),
        ("where", {"coins": 1, "where": GENERAL}, "Choose a channel of this server."),
        ("where", {"coins": 1, "where": WATCH_ROOM}, "Choose a channel of this server."),
        ("role", {"coins": 1, "role": BOB}, "Choose a role of this server."),
        ("sum", {"coins": 1, "sum": 5}, "This command has no such option."),
    ],
)
async def test_options_that_discords_client_refuses_are_not_sent(
    bot: FakeBot, option: str, given: dict[str, Any], sentence: str
) -> None:
    await bot.register(NEEDY)
    with pytest.raises(Refusal) as refused:
        await bot.play.slash("pay", as_=ALICE, **given)
    assert refused.value.fields[option] == sentence
    assert bot.seen == []


async def test_a_command_with_a_required_permission_is_hidden_from_others(bot: FakeBot) -> None:
    bot.answers["settings"] = text("ok")
    await bot.register({"name": "settings", "description": "Settings", "default_member_permissions": "32"})
    with pytest.raises(Refusal, match="no command"):
        await bot.play.slash("settings", as_=ALICE)
    assert (await bot.play.slash("settings", as_=MANAGER)).content == "ok"


async def test_a_stranger_cannot_act_in_a_server(bot: FakeBot) -> None:
    await bot.register(GROUP)
    with pytest.raises(Refusal, match="channel doesn't exist"):
        await bot.play.slash("demo grp sub", as_=STRANGER, channel=GENERAL)


async def test_a_member_cannot_act_in_a_channel_that_they_do_not_see(bot: FakeBot) -> None:
    await bot.register(GROUP)
    with pytest.raises(Refusal, match="channel doesn't exist"):
        await bot.play.slash("demo grp sub", as_=ALICE, channel=WATCH_ROOM)


async def test_a_timed_out_member_cannot_use_commands(bot: FakeBot, play: Play) -> None:
    await bot.register(GROUP)
    play.world.guilds[HARBOUR].members[ALICE].timed_out_until = datetime.now(UTC) + timedelta(hours=1)
    with pytest.raises(Refusal, match="Use Application Commands"):
        await play.slash("demo grp sub", as_=ALICE)


async def test_nothing_works_in_a_server_that_the_bot_has_left(bot: FakeBot, play: Play) -> None:
    press = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]
    bot.answers["demo"] = text("ok", components=press)
    await bot.register(GROUP)
    shown = await play.slash("demo grp sub", as_=ALICE)
    await bot.rest.delete(f"/users/@me/guilds/{HARBOUR}")
    with pytest.raises(Refusal, match="no command"):
        await play.slash("demo grp sub", as_=ALICE)
    with pytest.raises(Refusal, match="no longer in this server"):
        await play.press(shown, "Go", as_=ALICE)


async def test_disabled_and_link_buttons_send_nothing(bot: FakeBot, play: Play) -> None:
    buttons = [
        {"type": 2, "style": 1, "label": "Off", "custom_id": "off", "disabled": True},
        {"type": 2, "style": 5, "label": "Out", "url": "https://example.com"},
    ]
    bot.answers["demo"] = text("ok", components=[{"type": 1, "components": buttons}])
    await bot.register(GROUP)
    shown = await play.slash("demo grp sub", as_=ALICE)
    for label in ("Off", "Out", "Elsewhere"):
        with pytest.raises(Refusal):
            await play.press(shown, label, as_=ALICE)
    assert len(bot.seen) == 1


async def test_a_select_takes_only_its_own_options_and_as_many_as_it_says(bot: FakeBot, play: Play) -> None:
    options = [{"label": letter, "value": letter} for letter in "abc"]
    select = {"type": 3, "custom_id": "pick", "options": options, "min_values": 1, "max_values": 2}
    bot.answers["demo"] = text("ok", components=[{"type": 1, "components": [select]}])
    bot.answers["pick"] = {"type": 7, "data": {"content": "picked", "allowed_mentions": SILENT}}
    await bot.register(GROUP)
    shown = await play.slash("demo grp sub", as_=ALICE)
    for wrong in ([], ["a", "b", "c"], ["d"]):
        with pytest.raises(Refusal):
            await play.choose(shown, "pick", wrong, as_=ALICE)
    assert (await play.choose(shown, "pick", ["a", "c"], as_=ALICE)).content == "picked"


async def test_a_person_cannot_press_a_button_that_only_another_can_see(bot: FakeBot, play: Play) -> None:
    press = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]
    bot.answers["demo"] = text("ok", components=press, flags=64)
    await bot.register(GROUP)
    shown = await play.slash("demo grp sub", as_=ALICE)
    assert isinstance(shown.message, Message)
    with pytest.raises(Refusal, match="message doesn't exist"):
        await play.press(shown, "Go", as_=BOB)
