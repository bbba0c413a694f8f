"""What Discord's client would not send: options it refuses, and what somebody can't see, press or use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import ALICE, BOB, GENERAL, HARBOUR, MANAGER, STRANGER, WATCH_ROOM
from playground.world.entities import Message
from tests.playground.demo_command import GROUP
from tests.playground.fake_bot import SILENT, FakeBot, text

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
