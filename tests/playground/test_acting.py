"""Acting in the playground from tests."""

from __future__ import annotations

import asyncio

import pytest

from playground.client.acting import Play
from playground.rest.errors import Refusal
from playground.world.cast import ALICE, BOB, GENERAL, HARBOUR
from tests.playground.fake_bot import SILENT, FakeBot, text

PING = {"name": "ping", "description": "Ping"}


@pytest.fixture(autouse=True)
async def registered(bot: FakeBot) -> None:
    await bot.register(PING)
    bot.answers["ping"] = text("pong")


async def test_redelivery_sends_exactly_the_same_interaction(bot: FakeBot, play: Play) -> None:
    result = await play.slash("ping", as_=ALICE)
    answers = await asyncio.gather(*(play.redeliver(result) for _ in range(3)))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert all(payload == bot.seen[0] for payload in bot.seen)
    assert len(result.interaction.messages) == 1


async def test_any_body_can_be_sent_bypassing_discords_client(bot: FakeBot, play: Play) -> None:
    assert (await play.post(b'{"type":1}')).json() == {"type": 1}
    forged = {"X-Signature-Ed25519": "00" * 64, "X-Signature-Timestamp": "1"}
    assert (await play.post(b'{"type":1}', forged)).status_code == 401


async def test_a_crowd_joins_and_each_can_act(bot: FakeBot, play: Play) -> None:
    crowd = play.recruit(20)
    assert set(crowd) <= play.world.guilds[HARBOUR].members.keys()
    results = await asyncio.gather(*(play.slash("ping", as_=member_id) for member_id in crowd))
    assert [result.content for result in results] == ["pong"] * 20
    assert len({payload["id"] for payload in bot.seen}) == 20


async def test_content_is_all_text_of_a_response(bot: FakeBot, play: Play) -> None:
    inside = [{"type": 10, "content": "first"}, {"type": 14}, {"type": 10, "content": "second"}]
    bot.answers["ping"] = {
        "type": 4,
        "data": {"flags": 32768, "components": [{"type": 17, "components": inside}], "allowed_mentions": SILENT},
    }
    assert (await play.slash("ping", as_=ALICE)).content == "first\nsecond"
    bot.answers["ping"] = text("top", embeds=[{"title": "card", "fields": [{"name": "a", "value": "b"}]}])
    assert (await play.slash("ping", as_=ALICE)).content == "top\ncard\na: b"


async def test_a_wrong_label_lists_the_existing_ones(bot: FakeBot, play: Play) -> None:
    button = {"type": 2, "style": 1, "label": "Confirm", "custom_id": "/pay/1"}
    bot.answers["ping"] = text("sure?", components=[{"type": 1, "components": [button]}])
    bot.answers["/pay/1"] = {"type": 6}
    shown = await play.slash("ping", as_=ALICE)
    assert shown.labels == ["Confirm"]
    with pytest.raises(Refusal, match=r"no “Cancel”\. It has: Confirm\."):
        await play.press(shown, "Cancel", as_=ALICE)
    assert (await play.press(shown, "/pay/", as_=ALICE)).failed is None


async def test_endless_thinking_is_reported(bot: FakeBot, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.client.acting._PATIENCE_SECONDS", 0.02)
    bot.answers["ping"] = {"type": 5}
    with pytest.raises(TimeoutError, match="thinking"):
        await play.slash("ping", as_=ALICE)


async def test_updating_a_deleted_message_fails(bot: FakeBot, play: Play) -> None:
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
    bot.answers["ping"] = text("press", components=[{"type": 1, "components": [button]}])
    shown = await play.slash("ping", as_=ALICE)

    async def too_late(payload: object) -> dict[str, object]:
        del play.world.channels[GENERAL].messages[int(shown.json["id"])]
        return {"type": 7, "data": {"content": "changed", "allowed_mentions": SILENT}}

    bot.answers["go"] = too_late
    pressed = await play.press(shown, "Go", as_=BOB)
    assert pressed.failed == "The response is invalid: Unknown Message"
