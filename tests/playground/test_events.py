"""The event stream: everyone gets only the events that they may see."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from playground.app import close_streams
from playground.client.acting import Play
from playground.page.news import DID_NOT_RESPOND, INTERACTION_FAILED
from playground.world.cast import ALICE, BOB, GENERAL, MANAGER, STRANGER, WATCH_ROOM
from tests.playground.fake_bot import SILENT, FakeBot, Json, text


class Ears:
    """Reads one person's stream."""

    def __init__(self, play: Play, user_id: int) -> None:
        self.stream: AsyncIterator[str] = play._state.feed.stream(user_id)
        self.heard: list[Json] = []

    async def open(self) -> Ears:
        assert (await anext(self.stream)).startswith("retry:")
        return self

    async def listen(self, count: int) -> list[Json]:
        """The next events."""
        lines = [await asyncio.wait_for(anext(self.stream), 20) for _ in range(count)]
        return [json.loads(line.removeprefix("data: ")) for line in lines]


async def ears(play: Play, user_id: int) -> Ears:
    return await Ears(play, user_id).open()


@pytest.fixture(autouse=True)
async def registered(bot: FakeBot) -> None:
    await bot.register({"name": "ping", "description": "Ping"})
    bot.answers["ping"] = text("pong")


async def test_a_public_response_reaches_everyone_who_sees_the_channel(bot: FakeBot, play: Play) -> None:
    bob, stranger = await ears(play, BOB), await ears(play, STRANGER)
    await play.slash("ping", as_=ALICE)
    (event,) = await bob.listen(1)
    assert (event["type"], event["channel_id"], event["message"]["content"]) == ("message", str(GENERAL), "pong")
    play._state.feed.tell({"type": "world"})
    assert await stranger.listen(1) == [{"type": "world"}]


async def test_an_ephemeral_response_reaches_only_its_person(bot: FakeBot, play: Play) -> None:
    alice, bob = await ears(play, ALICE), await ears(play, BOB)
    bot.answers["ping"] = text("secret", flags=64)
    await play.slash("ping", as_=ALICE)
    play.say("end", as_=BOB)
    assert [event["type"] for event in await alice.listen(4)] == ["exchange", "message", "exchange", "message"]
    (event,) = await bob.listen(1)
    assert event["message"]["content"] == "end"


async def test_events_of_a_hidden_channel_do_not_reach_members(bot: FakeBot, play: Play) -> None:
    alice = await ears(play, ALICE)
    play.say("behind the door", as_=MANAGER, channel=WATCH_ROOM)
    play.say("in the open", as_=MANAGER)
    (event,) = await alice.listen(1)
    assert event["message"]["content"] == "in the open"


async def test_a_failure_has_discords_wording(bot: FakeBot, play: Play) -> None:
    alice = await ears(play, ALICE)
    bot.answers["ping"] = {"type": 4, "data": {}}
    await play.slash("ping", as_=ALICE)
    _, failed, exchange = await alice.listen(3)
    assert (failed["type"], failed["text"]) == ("failed", DID_NOT_RESPOND)
    assert failed["exchange_id"] == exchange["exchange"]["id"]
    assert exchange["exchange"]["why"] == "The response is invalid: Cannot send an empty message"


async def test_a_failed_press_has_a_wording_of_its_own(bot: FakeBot, play: Play) -> None:
    press = [{"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}]
    bot.answers["ping"] = text("press", components=press)
    bot.answers["go"] = {"type": 4}
    shown = await play.slash("ping", as_=ALICE)
    alice = await ears(play, ALICE)
    await play.press(shown, "Go", as_=ALICE)
    assert (await alice.listen(2))[1]["text"] == INTERACTION_FAILED


async def test_a_form_opens_only_for_its_person(bot: FakeBot, play: Play) -> None:
    alice, bob = await ears(play, ALICE), await ears(play, BOB)
    field = {"type": 18, "label": "Name", "component": {"type": 4, "style": 1, "custom_id": "name"}}
    bot.answers["ping"] = {"type": 9, "data": {"custom_id": "f", "title": "Form", "components": [field]}}
    await play.slash("ping", as_=ALICE)
    event = (await alice.listen(2))[1]
    assert (event["type"], event["modal"]["title"], event["channel_id"]) == ("modal", "Form", str(GENERAL))
    play.say("end", as_=BOB)
    assert (await bob.listen(1))[0]["type"] == "message"


async def test_edits_and_deletions_are_sent(bot: FakeBot, play: Play) -> None:
    await play.slash("ping", as_=ALICE)
    bob = await ears(play, BOB)
    await bot.webhook("PATCH", bot.seen[0], json={"content": "new", "allowed_mentions": SILENT})
    await bot.webhook("DELETE", bot.seen[0])
    edited, deleted = await bob.listen(2)
    assert edited["message"]["content"] == "new"
    assert (deleted["type"], deleted["id"]) == ("message_delete", edited["message"]["id"])


async def test_a_page_that_stops_reading_is_disconnected_and_others_go_on(bot: FakeBot, play: Play) -> None:
    deaf, bob = await ears(play, ALICE), await ears(play, BOB)
    for number in range(1100):
        play._state.feed.tell({"type": "world", "number": number}, lambda user_id: user_id == ALICE)
    play._state.feed.tell({"type": "faults"})
    assert await bob.listen(1) == [{"type": "faults"}]
    rest = [line async for line in deaf.stream]
    assert len(rest) < 1100


async def test_streams_end_when_the_playground_closes(bot: FakeBot, play: Play) -> None:
    alice = await ears(play, ALICE)
    close_streams(bot.playground)
    assert [line async for line in alice.stream] == []
