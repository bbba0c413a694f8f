"""A NUL or half a character somewhere in what Discord sends: the person gets an answer, whoever wrote it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from discord_api.broken_texts import mended
from tests.support.bot import ALICE, BOB, KEY, Bot, envelope, signed
from tests.support.coins import give

IDENTITY = {("id",), ("application_id",)}  # whose a request is must be certain
BROKEN = ["\0", "\ud800", "\udc00", "\udc00\ud800"]
Path = tuple[Any, ...]


def texts(value: Any, path: Path = ()) -> Iterator[Path]:
    """The place of every text in a payload."""
    if isinstance(value, str):
        yield path
    elif isinstance(value, (dict, list)):
        for key, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from texts(part, (*path, key))


def changed(payload: dict[str, Any], path: Path, broken: str) -> dict[str, Any]:
    """The payload with this behind one of its texts, and an id of its own."""
    made = copy.deepcopy(payload) | {"id": envelope(2, {}, ALICE, None)["id"]}
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] += broken
    return made


async def sent(bot: Bot, payload: dict[str, Any]) -> Any:
    body = json.dumps(payload).encode()
    answer = await bot.post(body, signed(KEY, body))
    assert answer.status_code == 200
    return answer.json()


@pytest.mark.parametrize("broken", BROKEN)
async def test_wherever_a_broken_character_stands_there_is_an_answer(bot: Bot, broken: str) -> None:
    await give(ALICE, 1000)
    payload = bot.command("pay", member=BOB, amount="1", note="thanks")
    silent = {}
    for path in texts(payload):
        if path in IDENTITY:
            continue
        answer = await sent(bot, changed(payload, path, broken))
        if not json.dumps(answer["data"].get("content") or answer["data"].get("components")):
            silent[path] = answer
    assert not silent


async def test_a_note_keeps_everything_but_the_broken_character(bot: Bot) -> None:
    await give(ALICE, 10)
    answer = await sent(bot, bot.command("pay", member=BOB, amount="1", note="a\ud800b 👍 \\u0000"))
    assert "a\ufffdb 👍" in json.dumps(answer, ensure_ascii=False)


async def test_suggestions_for_a_broken_text_are_none(bot: Bot) -> None:
    payload = envelope(4, {"name": "pay", "type": 1, "options": []}, ALICE, 1200000000000000001)
    payload["data"]["options"] = [{"name": "amount", "type": 3, "value": "\ud800", "focused": True}]
    assert (await sent(bot, payload))["type"] == 8


@pytest.mark.parametrize(
    ("raw", "whole"),
    [
        (rb'"\u0000"', rb'"\ufffd"'),
        (rb'"\\u0000"', rb'"\\u0000"'),
        (rb'"\\\u0000"', rb'"\\\ufffd"'),
        (rb'"\ud83d\udc4d"', rb'"\ud83d\udc4d"'),
        (rb'"\ud83d\ud83d\udc4d\udc4d"', rb'"\ufffd\ud83d\udc4d\ufffd"'),
        (rb'"\uD800\n"', rb'"\ufffd\n"'),
        (rb'"\ud7ff\ue000"', rb'"\ud7ff\ue000"'),
    ],
)
def test_only_what_is_broken_is_replaced(raw: bytes, whole: bytes) -> None:
    assert mended(raw) == whole
