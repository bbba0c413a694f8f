"""The bot's responses: what they show, and how forms come back."""

from __future__ import annotations

import asyncio

import pytest
from starlette.responses import Response

from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import ALICE, BOB, GENERAL
from playground.world.entities import Message
from tests.playground.answering import NAME, PING, form, label, ping
from tests.playground.fake_bot import SILENT, FakeBot, Json, text

GO = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]


@pytest.fixture(autouse=True)
async def registered(bot: FakeBot) -> None:
    await bot.register(PING)


async def thought(play: Play) -> Message:
    """The next message event."""
    listening = play._state.feed.stream(ALICE)
    async for line in listening:
        if '"type":"message"' in line:
            return list(play.world.channels[GENERAL].messages.values())[-1]
    raise AssertionError


async def test_a_public_response_is_in_the_channel_for_everyone(bot: FakeBot) -> None:
    result = await ping(bot, text(f"pong <@{BOB}>", embeds=[{"title": "Card"}]))
    assert result.exchange.outcome == "answered"
    listed = (await bot.rest.get(f"/channels/{GENERAL}/messages?limit=1")).json()
    assert listed[0]["id"] == result.json["id"]
    assert listed[0]["type"] == 20
    assert listed[0]["embeds"][0] == {"type": "rich", "title": "Card", "fields": []}
    assert listed[0]["interaction_metadata"]["user"]["id"] == str(ALICE)
    assert listed[0]["mentions"] == []


async def test_an_ephemeral_response_is_hidden_from_everyone_else(bot: FakeBot) -> None:
    result = await ping(bot, text("secret", flags=64))
    assert result.ephemeral
    assert result.json["flags"] & 64
    listed = (await bot.rest.get(f"/channels/{GENERAL}/messages?limit=100")).json()
    assert result.json["id"] not in [message["id"] for message in listed]
    alone = await bot.rest.get(f"/channels/{GENERAL}/messages/{result.json['id']}")
    assert alone.json()["code"] == 10008


async def test_a_deferral_shows_thinking_until_it_is_filled_in(bot: FakeBot) -> None:
    bot.answers["ping"] = {"type": 5, "data": {"flags": 64}}
    waiting = asyncio.create_task(bot.play.slash("ping", as_=ALICE))
    thinking = await thought(bot.play)
    assert (thinking.state(bot.play.world.now()), thinking.ephemeral_for) == ("thinking", ALICE)
    assert (await bot.webhook("PATCH", bot.seen[0], json=text("done")["data"])).status_code == 200
    result = await waiting
    assert result.message is thinking
    assert (result.content, result.exchange.outcome) == ("done", "deferred")
    assert thinking.state(bot.play.world.now()) is None
    assert result.json["edited_timestamp"] is None


async def test_an_update_changes_the_message_under_the_button(bot: FakeBot, play: Play) -> None:
    shown = await ping(bot, text("press", components=GO))
    bot.answers["go"] = {"type": 7, "data": {"content": "pressed", "components": [], "allowed_mentions": SILENT}}
    pressed = await play.press(shown, "Go", as_=BOB)
    assert shown.content == pressed.content == "pressed"
    assert shown.json["id"] == pressed.json["id"]
    assert shown.components == []


async def test_a_silent_deferral_of_a_press_edits_the_same_message(bot: FakeBot, play: Play) -> None:
    shown = await ping(bot, text("press", components=GO))
    bot.answers["go"] = {"type": 6}
    await play.press(shown, "Go", as_=BOB)
    assert (await bot.webhook("PATCH", bot.seen[1], json=text("later")["data"])).status_code == 200
    assert shown.content == "later"


async def test_a_press_answered_with_a_message_replies_to_the_first(bot: FakeBot, play: Play) -> None:
    shown = await ping(bot, text("press", components=GO))
    bot.answers["go"] = text("new")
    pressed = await play.press(shown, "Go", as_=BOB)
    assert pressed.json["message_reference"]["message_id"] == shown.json["id"]
    assert pressed.json["interaction_metadata"]["interacted_message_id"] == shown.json["id"]
    assert shown.content == "press"


async def test_a_form_is_filled_in_and_comes_back_by_label(bot: FakeBot, play: Play) -> None:
    kind = label("kind", {"type": 3, "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]})
    whom = label("whom", {"type": 5})
    sure = label("sure", {"type": 23})
    opened = await ping(bot, form(NAME, kind, whom, sure))
    assert opened.modal is not None
    assert opened.message is None
    bot.answers["form:1"] = text("saved")
    saved = await play.submit(opened, {"name": "Rope", "kind": ["b"], "whom": [str(BOB)], "sure": True}, as_=ALICE)
    assert saved.content == "saved"
    data = bot.seen[1]["data"]
    inner = {label["component"]["custom_id"]: label["component"] for label in data["components"]}
    assert inner["name"]["value"] == "Rope"
    assert inner["kind"]["values"] == ["b"]
    assert inner["sure"]["value"] is True
    assert str(BOB) in data["resolved"]["users"]
    assert "message" not in bot.seen[1]
    assert saved.json["interaction_metadata"]["triggering_interaction_metadata"]["id"] == bot.seen[0]["id"]


async def test_a_form_of_action_rows_comes_back_in_action_rows(bot: FakeBot, play: Play) -> None:
    old = {"type": 1, "components": [{"type": 4, "custom_id": "why", "style": 2, "label": "Why?", "required": False}]}
    opened = await ping(bot, form(old))
    bot.answers["form:1"] = text("ok")
    await play.submit(opened, {}, as_=ALICE)
    (row,) = bot.seen[1]["data"]["components"]
    assert row["components"][0]["value"] == ""


async def test_a_form_from_a_button_may_change_the_message_under_it(bot: FakeBot, play: Play) -> None:
    shown = await ping(bot, text("press", components=GO))
    bot.answers["go"] = form(NAME)
    opened = await play.press(shown, "Go", as_=ALICE)
    bot.answers["form:1"] = {"type": 7, "data": {"content": "changed", "allowed_mentions": SILENT}}
    await play.submit(opened, {"name": "Rope"}, as_=ALICE)
    assert shown.content == "changed"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "This field is required."),
        ({"name": "x"}, "Write 2 to 10 characters."),
        ({"name": "x" * 11}, "Write 2 to 10 characters."),
    ],
)
async def test_an_invalid_form_is_not_sent(bot: FakeBot, play: Play, fields: Json, sentence: str) -> None:
    opened = await ping(bot, form(NAME))
    with pytest.raises(Refusal) as refused:
        await play.submit(opened, fields, as_=ALICE)
    assert refused.value.fields == {"name": sentence}
    assert len(bot.seen) == 1


async def test_a_form_cannot_be_sent_by_another_person(bot: FakeBot, play: Play) -> None:
    opened = await ping(bot, form(NAME))
    with pytest.raises(Refusal, match="no longer open"):
        await play.submit(opened, {"name": "Rope"}, as_=BOB)


async def test_a_form_closes_once_it_is_accepted_and_stays_open_if_it_failed(bot: FakeBot, play: Play) -> None:
    opened = await ping(bot, form(NAME))
    bot.answers["form:1"] = Response(status_code=500)
    assert (await play.submit(opened, {"name": "Rope"}, as_=ALICE)).failed
    bot.answers["form:1"] = text("ok")
    assert (await play.submit(opened, {"name": "Rope"}, as_=ALICE)).content == "ok"
    with pytest.raises(Refusal, match="no longer open"):
        await play.submit(opened, {"name": "Rope"}, as_=ALICE)


async def test_without_an_endpoint_the_person_sees_that_nothing_responded(bot: FakeBot) -> None:
    await bot.rest.patch("/applications/@me", json={"interactions_endpoint_url": None})
    result = await ping(bot, text("pong"))
    assert "not set its interactions endpoint" in result.failed
