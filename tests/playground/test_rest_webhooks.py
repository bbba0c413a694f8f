"""REST: callbacks, edits and follow-ups, and when an interaction's token is valid."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.responses import Response

from playground.client.acting import Play
from playground.world.cast import ALICE, GENERAL
from tests.playground.fake_bot import SILENT, FakeBot, Json, text

WORDS = {"content": "more", "allowed_mentions": SILENT}
ACCEPTED = Response(status_code=202)


@pytest.fixture(autouse=True)
async def registered(bot: FakeBot) -> None:
    await bot.register({"name": "ping", "description": "Ping"})
    bot.answers["ping"] = text("pong")


async def test_the_first_answer_is_read_edited_and_deleted(bot: FakeBot, play: Play) -> None:
    result = await play.slash("ping", as_=ALICE)
    payload = bot.seen[0]
    assert (await bot.webhook("GET", payload)).json()["content"] == "pong"
    edited = await bot.webhook("PATCH", payload, json=WORDS)
    assert edited.json()["edited_timestamp"] is not None
    assert result.content == "more"
    assert (await bot.webhook("DELETE", payload)).status_code == 204
    assert result.message is None
    assert (await bot.webhook("GET", payload)).json()["code"] == 10008


async def test_follow_ups_are_messages_of_their_own(bot: FakeBot, play: Play) -> None:
    result = await play.slash("ping", as_=ALICE)
    payload = bot.seen[0]
    made = (await bot.webhook("POST", payload, "", json=WORDS | {"flags": 64})).json()
    assert made["flags"] & 64
    assert made["interaction_metadata"]["original_response_message_id"] == result.json["id"]
    path = f"/messages/{made['id']}"
    assert (await bot.webhook("PATCH", payload, path, json=WORDS | {"content": "edited"})).status_code == 200
    assert [message.content for message in result.follow_ups] == ["edited"]
    assert (await bot.webhook("DELETE", payload, path)).status_code == 204
    assert result.content == "pong"


async def test_calls_with_the_token_are_listed_with_their_interaction(bot: FakeBot, play: Play) -> None:
    result = await play.slash("ping", as_=ALICE)
    await bot.webhook("PATCH", bot.seen[0], json=WORDS)
    (call,) = result.exchange.follow_ups
    assert (call.method, call.status, call.body) == ("PATCH", 200, WORDS)


async def test_before_the_first_answer_the_webhook_is_unknown(bot: FakeBot, play: Play) -> None:
    codes: list[Any] = []

    async def early(payload: Json) -> Json:
        codes.append((await bot.webhook("PATCH", payload, json=WORDS)).json()["code"])
        return text("pong")

    bot.answers["ping"] = early
    assert (await play.slash("ping", as_=ALICE)).content == "pong"
    assert codes == [10015]


async def test_the_token_expires_after_15_minutes(bot: FakeBot, play: Play) -> None:
    await play.slash("ping", as_=ALICE)
    await play.world.clock.move(timedelta(minutes=15))
    late = await bot.webhook("PATCH", bot.seen[0], json=WORDS)
    assert (late.status_code, late.json()["code"]) == (401, 50027)


async def test_an_invented_token_is_unknown(bot: FakeBot, play: Play) -> None:
    answer = await bot.webhook("GET", {"token": "never"})
    assert (answer.status_code, answer.json()["code"]) == (404, 10015)


async def test_an_interaction_does_not_reach_the_messages_of_another(bot: FakeBot, play: Play) -> None:
    first = await play.slash("ping", as_=ALICE)
    await play.slash("ping", as_=ALICE)
    answer = await bot.webhook("GET", bot.seen[1], f"/messages/{first.json['id']}")
    assert answer.json()["code"] == 10008


async def test_a_follow_up_right_after_a_deferral_fills_it_in(bot: FakeBot, play: Play) -> None:
    async def defer(payload: Json) -> Response:
        assert (await bot.callback(payload, {"type": 5})).status_code == 204
        assert (await bot.webhook("POST", payload, "", json=WORDS)).status_code == 200
        return ACCEPTED

    bot.answers["ping"] = defer
    result = await play.slash("ping", as_=ALICE)
    assert (result.content, result.follow_ups) == ("more", [])


async def test_a_callback_returns_the_message_on_request(bot: FakeBot, play: Play) -> None:
    responses: list[Json] = []

    async def by_callback(payload: Json) -> Response:
        answer = await bot.callback(payload, text("pong", flags=64), "?with_response=true")
        responses.append(answer.json())
        return ACCEPTED

    bot.answers["ping"] = by_callback
    result = await play.slash("ping", as_=ALICE)
    assert (result.content, result.exchange.outcome) == ("pong", "answered")
    assert responses[0]["interaction"]["response_message_id"] == result.json["id"]
    assert responses[0]["interaction"]["response_message_ephemeral"] is True
    assert responses[0]["resource"]["message"]["content"] == "pong"


async def test_an_interaction_is_answered_once(bot: FakeBot, play: Play) -> None:
    codes: list[Any] = []

    async def twice(payload: Json) -> Response:
        await bot.callback(payload, text("first"))
        codes.append((await bot.callback(payload, text("second"))).json()["code"])
        return ACCEPTED

    bot.answers["ping"] = twice
    assert (await play.slash("ping", as_=ALICE)).content == "first"
    assert codes == [40060]


async def test_an_invalid_callback_is_refused_and_can_be_retried(bot: FakeBot, play: Play) -> None:
    codes: list[Any] = []

    async def clumsy(payload: Json) -> Response:
        codes.append((await bot.callback(payload, text("x" * 2001))).json()["code"])
        await bot.callback(payload, text("fits"))
        return ACCEPTED

    bot.answers["ping"] = clumsy
    assert (await play.slash("ping", as_=ALICE)).content == "fits"
    assert codes == [50035]


async def test_202_without_a_callback_is_a_failure(bot: FakeBot, play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.client.delivery.DEADLINE_SECONDS", 0.02)
    bot.answers["ping"] = ACCEPTED
    result = await play.slash("ping", as_=ALICE)
    assert result.failed
    late = await bot.callback(bot.seen[0], text("late"))
    assert (late.status_code, late.json()["code"]) == (404, 10062)


async def test_a_file_is_uploaded_and_downloaded(bot: FakeBot, play: Play) -> None:
    result = await play.slash("ping", as_=ALICE)
    body = {"attachments": [{"id": "0", "filename": "card.txt", "description": "A card"}], "allowed_mentions": SILENT}
    files = {"files[0]": ("blob", b"words\r\n--of--\r\nits own", "text/plain")}
    made = await bot.webhook("POST", bot.seen[0], "", data={"payload_json": json.dumps(body)}, files=files)
    assert made.status_code == 200, made.text
    (attachment,) = made.json()["attachments"]
    assert (attachment["filename"], attachment["description"]) == ("card.txt", "A card")
    fetched = await bot.rest.get(attachment["url"])
    assert fetched.content == b"words\r\n--of--\r\nits own"
    assert "sandbox" in fetched.headers["content-security-policy"]
    path = f"/messages/{made.json()['id']}"
    kept = await bot.webhook("PATCH", bot.seen[0], path, json=WORDS)
    assert len(kept.json()["attachments"]) == 1
    dropped = await bot.webhook(
        "PATCH", bot.seen[0], f"/messages/{made.json()['id']}", json=WORDS | {"attachments": []}
    )
    assert dropped.json()["attachments"] == []
    assert len(result.follow_ups) == 1


async def test_an_inline_response_can_include_a_file(bot: FakeBot, play: Play) -> None:
    answer = text("", embeds=[{"image": {"url": "attachment://a.png"}}])
    boundary = "frontier"
    parts = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="payload_json"\r\n\r\n{json.dumps(answer)}\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="files[0]"; filename="a.png"\r\n'
        f"Content-Type: image/png\r\n\r\nPNG\r\n--{boundary}--\r\n"
    )
    bot.answers["ping"] = Response(parts.encode(), media_type=f"multipart/form-data; boundary={boundary}")
    result = await play.slash("ping", as_=ALICE)
    assert result.failed is None
    assert result.json["embeds"][0]["image"]["url"] == result.json["attachments"][0]["url"]
    assert str(GENERAL) in result.json["attachments"][0]["url"]
