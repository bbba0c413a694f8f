"""What each command answers while Redis, PostgreSQL or Discord is away: never that something broke."""

from __future__ import annotations

import asyncio
import time

import pytest

from interactions.declare import COMMANDS, Kind
from tests.support.bot import MANAGER as BOTS_MANAGER
from tests.support.bot import Answer, filled
from tests.web.outages import HOWS, IN_TIME, House, Outage

# The last one refuses the command that is filled in below before it looks anything up.
COMMANDS_WITHOUT_POSTGRESQL = {"ping", "help", "bot about", "permissions why"}
FORM = 9  # Discord's number for an answer that opens one, for which nothing has to be known
AWAY = "I can't reach my database right now"
APOLOGY = "Something went wrong on my side"
CHAT = sorted(name for kind, name in COMMANDS if kind is Kind.CHAT)


async def every_command(house: House) -> dict[str, Answer]:
    """What each command answers, all at once, and each in time."""

    async def run(name: str) -> Answer:
        began = time.monotonic()
        answer = await house.bot.slash(name, by=BOTS_MANAGER, **filled(name))
        assert time.monotonic() - began < IN_TIME, name
        assert answer.status == 200, name
        return answer

    return dict(zip(CHAT, await asyncio.gather(*map(run, CHAT)), strict=True))


@HOWS
async def test_without_postgresql_each_command_says_so_to_who_ran_it(house: House, outage: Outage) -> None:
    async with outage(house.records):
        answers = await every_command(house)
    wrong = {
        name: answer.content
        for name, answer in answers.items()
        if answer.type != FORM
        and (name not in COMMANDS_WITHOUT_POSTGRESQL) != (answer.content.startswith(AWAY) and answer.private)
    }
    assert not wrong


@pytest.mark.usefixtures("unhurried")
@pytest.mark.parametrize("line", ["memory", "discord"])
async def test_without_redis_or_discord_no_command_is_an_apology(house: House, line: str) -> None:
    async with getattr(house, line).gone():
        answers = await every_command(house)
    assert not [name for name, answer in answers.items() if APOLOGY in answer.content or AWAY in answer.content]
