"""What tests of the bot's responses share: a command to run, and forms to respond with."""

from __future__ import annotations

from typing import Any

from playground.world.cast import ALICE
from tests.playground.fake_bot import FakeBot, Json

PING = {"name": "ping", "description": "Ping"}


async def ping(bot: FakeBot, answer: Any, as_: int = ALICE) -> Any:
    bot.answers["ping"] = answer
    return await bot.play.slash("ping", as_=as_)


def label(custom_id: str, component: Json) -> Json:
    return {"type": 18, "label": custom_id.title(), "component": {"custom_id": custom_id, **component}}


def form(*labels: Json) -> Json:
    return {"type": 9, "data": {"custom_id": "form:1", "title": "A form", "components": list(labels)}}


NAME = label("name", {"type": 4, "style": 1, "min_length": 2, "max_length": 10})
