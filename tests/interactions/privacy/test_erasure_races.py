"""Clicks of somebody who is being erased at that moment: each is answered, and whoever comes back begins anew."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from app.database_url import credentials
from services.core.transactions import rows
from services.economy.erasing import _NOBODYS as NOBODYS
from tests.support.bot import ALICE, BOB, Bot
from tests.support.coins import balance, give
from tests.support.waiting import until
from tests.support.wares import sell

pytestmark = pytest.mark.usefixtures("unasked")

_BLOCKED = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"


@pytest.mark.parametrize("command", ["daily", "work", "bet slots", "pay", "pay with a yes", "shop buy"])
async def test_a_click_that_waits_for_an_erasure_is_answered_and_begins_anew(
    bot: Bot, database: str, command: str
) -> None:
    ware = await sell("Rope", 10)
    await give(ALICE, 50)
    await give(BOB, 50)
    await bot.slash("pay", by=ALICE, member=BOB, amount="50")
    options: dict[str, dict[str, Any]] = {
        "bet slots": {"amount": "5"},
        "pay": {"member": BOB, "amount": "5"},
        "pay with a yes": {"member": BOB, "amount": "5", "ask_first": True},
        "shop buy": {"item": f"#{ware.id}@10"},
    }
    erasing = await asyncpg.connect(**credentials(database))
    transaction = erasing.transaction()
    await transaction.start()
    (wallet,) = await rows("SELECT id FROM user_economy WHERE user_id = $1", ALICE)
    await erasing.execute(NOBODYS, wallet["id"])
    click = asyncio.create_task(
        bot.send(bot.command(command.partition(" with")[0], by=ALICE, **options.get(command, {})))
    )
    await until(lambda: rows(_BLOCKED))
    await transaction.commit()
    answer = await click
    assert answer.content
    assert "on my side" not in answer.content
    earned = await balance(ALICE)
    assert (earned > 0) is (command in ("daily", "work")), answer.content
    await erasing.close()
