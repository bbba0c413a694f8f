"""Invalid responses of the bot: each fails with a sentence that says why."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.responses import JSONResponse, PlainTextResponse, Response

from playground.world.cast import ALICE, GENERAL
from tests.playground.answering import NAME, PING, form, label, ping
from tests.playground.fake_bot import FakeBot, text

OLD_ROW = {"type": 1, "components": [{"type": 4, "custom_id": "why", "style": 1}]}


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (text("x" * 2001), "data.content: Must be 2000 or fewer"),
        ({"type": 4, "data": {"content": "hi"}}, "data.allowed_mentions: A message with text must say"),
        ({"type": 4, "data": {}}, "Cannot send an empty message"),
        ({"type": 4}, "Cannot send an empty message"),
        ({"type": 7, "data": {"content": "hi"}}, "type: Type 7 is not a response to this type"),
        ({"type": 8, "data": {"choices": []}}, "type: Type 8 is not a response to this type"),
        ({"type": 1}, "type: Type 1 is not a response to this type"),
        ({"type": "4"}, "type: This field is required"),
        ([], "type: This field is required"),
        ({"type": 5, "data": {"flags": 64 | 32768}}, "A deferred response can only have the flag EPHEMERAL"),
        ({"type": 5, "data": {"content": "x"}}, "A deferred response can only have"),
        (form(), "data.components: Must be between 1 and 5"),
        (form(*[NAME] * 2), "custom_id: Component custom id cannot be duplicated"),
        (form(*(label(str(n), {"type": 4, "style": 1}) for n in range(6))), "between 1 and 5"),
        (form(label("x" * 46, {"type": 4, "style": 1})), "label: Must be 45 or fewer"),
        (form({"type": 4, "style": 1, "custom_id": "bare"}), "This component can't be here in a modal"),
        (form({**NAME, "label": ""}), "label: This field is required"),
        (form({**NAME, "description": "x" * 101}), "description: Must be 100 or fewer"),
        (
            form({"type": 18, "label": "Text", "component": {"type": 2, "custom_id": "a"}}),
            "data.components.0.component",
        ),
        (
            form(label("a", {"type": 4, "style": 1, "label": "again"})),
            "label: The Label component already has the label",
        ),
        (
            form(label("a", {"type": 4, "style": 1, "min_length": 5, "max_length": 2})),
            "min_length is greater than max_length",
        ),
        (form(label("a", {"type": 4, "style": 1, "max_length": 2, "value": "abc"})), "value: Must be 2 or fewer"),
        (form(label("a", {"type": 5, "disabled": True})), "Components in a modal can't be disabled"),
        (form(label("a", {"type": 5, "min_values": 0})), "A required select menu needs min_values of 1 or more"),
        (form(OLD_ROW), "label: This field is required"),
        (form({"type": 1, "components": []}), "data.components.0.components"),
        ({"type": 9, "data": {**form(NAME)["data"], "title": "x" * 46}}, "data.title: Must be 45 or fewer"),
        ({"type": 9, "data": {**form(NAME)["data"], "title": ""}}, "data.title"),
        ({"type": 9, "data": {**form(NAME)["data"], "custom_id": "x" * 101}}, "data.custom_id: Must be 100 or fewer"),
        (Response(status_code=500), "The bot responded with 500"),
        (Response(status_code=204), "The bot responded with 204"),
        (PlainTextResponse('{"type": 4}'), "Expected"),
        (Response("{", media_type="application/json"), "invalid JSON"),
        (JSONResponse(text("hi"), 201), "The bot responded with 201"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_an_invalid_response_fails_and_says_why(either: FakeBot, answer: Any, why: str) -> None:
    await either.register(PING)
    before = len(either.play.world.channels[GENERAL].messages)
    result = await ping(either, answer)
    assert result.failed
    assert why in result.failed
    assert (result.exchange.outcome, result.exchange.why) == ("failed", result.failed)
    assert len(either.play.world.channels[GENERAL].messages) == before
    assert (await either.webhook("GET", either.seen[0])).json()["code"] == 10015


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        ([{"name": str(n), "value": str(n)} for n in range(26)], "25 or fewer"),
        ([{"name": "x" * 101, "value": "x"}], "between 1 and 100"),
        ([{"name": "x", "value": "x" * 101}], "between 1 and 100"),
        ([{"name": "x", "value": 5}], "doesn't match the type"),
        (None, "required"),
    ],
)
async def test_invalid_suggestions_are_refused(bot: FakeBot, choices: Any, why: str) -> None:
    item = {"type": 3, "name": "item", "description": "Item", "autocomplete": True}
    await bot.register({"name": "buy", "description": "Buy", "options": [item]})
    bot.answers["autocomplete"] = {"type": 8, "data": {"choices": choices}}
    result = await bot.play.autocomplete("buy", "item", "s", as_=ALICE)
    assert result.failed
    assert why in result.failed
    assert result.choices == []
