"""What people read while the database fails, however its connection ends."""

from __future__ import annotations

from collections.abc import Iterator

import asyncpg
import pytest

from interactions.context import Context
from interactions.declare import COMMANDS, Kind, command
from interactions.responses import Reply
from tests.support.bot import Bot


@pytest.fixture(params=[asyncpg.InternalClientError, asyncpg.ConnectionDoesNotExistError, TimeoutError])
def cut_off(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a command whose connection breaks in the middle."""

    @command("cut off", "Loses its connection")
    async def handler(ctx: Context) -> Reply:
        raise request.param("the stream ended")

    yield "cut off"
    del COMMANDS[Kind.CHAT, "cut off"]


async def test_a_connection_that_breaks_is_no_riddle_but_a_reason_to_try_again(bot: Bot, cut_off: str) -> None:
    answer = await bot.slash(cut_off)
    assert answer.private
    assert answer.content.startswith("I can't reach my database right now.")
