"""/economy for admins, as they see it, and what others may not."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from models import AuditEvent
from playground.client.acting import Play
from playground.world import cast
from services.core.transactions import rows
from tests.support.bot import ALICE, BOB, CAROL, MANAGER, Answer, Bot
from tests.support.coins import balance, balances, give

pytestmark = pytest.mark.usefixtures("unasked")


async def _paid(bot: Bot) -> str:
    await give(ALICE, 100)
    paid = await bot.slash("pay", by=ALICE, member=BOB, amount="60")
    (number,) = re.findall(r"Receipt #(\d+)", paid.content)
    return str(number)


async def _planned(bot: Bot, number: str, reason: str = "") -> Answer:
    return await bot.slash("economy reverse", by=MANAGER, receipt=number, reason=reason)


async def test_an_admin_gives_and_takes_privately_with_receipts(bot: Bot, database: str) -> None:
    given = await bot.slash("economy grant", by=MANAGER, member=ALICE, amount="1.5k", reason="prize")
    assert given.private
    assert re.fullmatch(
        rf"<@{ALICE}> received \*\*1,500\*\* new 🪙 and now has \*\*1,500\*\*\.\n-# Receipt #\d+", given.content
    )
    taken = await bot.slash("economy take", by=MANAGER, member=ALICE, amount="half")
    assert "lost **750** 🪙 and now has **750**" in taken.content
    assert [event.action for event in await AuditEvent.all().order_by("id")] == ["economy.grant", "economy.take"]


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("economy grant", {"member": ALICE, "amount": "5"}),
        ("economy take", {"member": ALICE, "amount": "5"}),
        ("economy freeze", {"member": ALICE}),
        ("economy unfreeze", {"member": ALICE}),
        ("economy reverse", {"receipt": "1"}),
    ],
)
async def test_members_may_none_of_it(bot: Bot, database: str, command: str, options: dict[str, Any]) -> None:
    await give(ALICE, 100)
    before = await balances()
    answer = await bot.slash(command, by=BOB, **options)
    assert await balances() == before
    assert await AuditEvent.all().count() == 0
    assert "You need the Manage Server permission" in answer.content


async def test_a_reversal_shows_its_plan_and_then_does_it(bot: Bot, database: str) -> None:
    number = await _paid(bot)
    plan = await _planned(bot, number, "a *mistake*")
    assert plan.private
    for part in (f"Reverse receipt #{number}?", f"<@{BOB}>: **−60**", f"<@{ALICE}>: **+60**", "a \\*mistake\\*"):
        assert part in plan.content
    assert await balance(BOB) == 60
    done = await bot.press(plan.button("Reverse"), by=MANAGER, on=plan)
    assert done.type == 7
    assert f"Reversed receipt #{number}: **60** 🪙 returned." in done.content
    assert done.components == []
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)
    (line,) = [line for line in (await bot.slash("transactions", by=BOB)).content.splitlines() if "Reversal" in line]
    assert f"Reversal of #{number} by <@{MANAGER}> · a \\*mistake\\*" in line


async def test_confirmed_twice_it_is_reversed_once(bot: Bot, database: str) -> None:
    plan = await _planned(bot, await _paid(bot))
    button = plan.button("Reverse")
    await asyncio.gather(*(bot.press(button, by=MANAGER, on=plan) for _ in range(5)))
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)
    again = await bot.press(button, by=MANAGER, on=plan)
    assert again.private
    assert "already been used" in again.content


async def test_a_receipt_is_not_reversed_a_second_time(bot: Bot, database: str) -> None:
    number = await _paid(bot)
    first, second = await _planned(bot, number), await _planned(bot, number)
    await bot.press(first.button("Reverse"), by=MANAGER, on=first)
    refused = await bot.press(second.button("Reverse"), by=MANAGER, on=second)
    assert "has already been reversed" in refused.content
    assert "has already been reversed" in (await _planned(bot, number)).content
    assert await balance(ALICE) == 100


async def test_spent_coins_are_offered_as_far_as_they_are_there(bot: Bot, database: str) -> None:
    number = await _paid(bot)
    await bot.slash("pay", by=BOB, member=CAROL, amount="45")
    plan = await _planned(bot, number)
    assert "**45** 🪙 have already been spent" in plan.content
    await bot.press(plan.button("Take what is left"), by=MANAGER, on=plan)
    assert (await balance(ALICE), await balance(BOB), await balance(CAROL)) == (55, 0, 45)


async def test_a_cancelled_plan_does_nothing(bot: Bot, database: str) -> None:
    plan = await _planned(bot, await _paid(bot))
    cancelled = await bot.press(plan.button("Cancel"), by=MANAGER, on=plan)
    assert "Nothing was changed" in cancelled.content
    assert "already been used" in (await bot.press(plan.button("Reverse"), by=MANAGER, on=plan)).content
    assert await balance(BOB) == 60


async def test_somebody_elses_plan_is_not_theirs_to_confirm(bot: Bot, database: str) -> None:
    plan = await _planned(bot, await _paid(bot))
    assert (await bot.press(plan.button("Reverse"), by=BOB, on=plan)).private
    assert await balance(BOB) == 60


@pytest.mark.parametrize("receipt", ["999999", "abc", "#", "9" * 19])
async def test_a_receipt_that_does_not_exist_is_not_reversed(bot: Bot, database: str, receipt: str) -> None:
    answer = await _planned(bot, receipt)
    assert answer.private
    assert re.search("You don't have a receipt #|This server has no receipt #", answer.content)


async def test_a_frozen_wallet_says_so_to_its_owner(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    assert "is frozen" in (await bot.slash("economy freeze", by=MANAGER, member=ALICE, reason="stole")).content
    assert "frozen" in (await bot.slash("balance", by=ALICE)).content
    refused = await bot.slash("pay", by=ALICE, member=BOB, amount="5")
    assert refused.private
    assert "is frozen" in refused.content
    assert "no longer frozen" in (await bot.slash("economy unfreeze", by=MANAGER, member=ALICE)).content
    assert not (await bot.slash("pay", by=ALICE, member=BOB, amount="5")).private


async def test_an_audit_shows_the_equation_and_names_what_is_wrong(play: Play) -> None:
    number = await give(cast.ALICE, 1000, cast.HARBOUR)
    await play.slash("pay", as_=cast.ALICE, member=cast.BOB, amount="300", ask_first=True)
    await play.slash("economy take", as_=cast.MANAGER, member=cast.ALICE, amount="200")
    sound = await play.slash("economy audit", as_=cast.MANAGER)
    assert sound.ephemeral
    assert "The ledger balances" in sound.content
    assert "Minted **1,000** = burned **200** + in wallets **500**" in sound.content
    assert "on hold **300**" in sound.content
    assert "3 transfers" in sound.content
    await rows("ALTER TABLE transfers DISABLE TRIGGER USER")
    await rows("ALTER TABLE user_economy DISABLE TRIGGER USER")
    await rows("UPDATE transfers SET reason = 'forged' WHERE id = $1", number)
    await rows("UPDATE user_economy SET balance = 501 WHERE user_id = $1", cast.ALICE)
    await rows("ALTER TABLE transfers ENABLE TRIGGER USER")
    await rows("ALTER TABLE user_economy ENABLE TRIGGER USER")
    unsound = await play.slash("economy audit", as_=cast.MANAGER)
    assert "The ledger doesn't balance" in unsound.content
    assert f"Altered or broken receipts: #{number}" in unsound.content
    assert f"<@{cast.ALICE}> shows 501, but its receipts add up to 500." in unsound.content


async def test_discord_accepts_every_answer_of_the_money_commands(play: Play) -> None:
    """The playground refuses what does not fit Discord's own description of itself."""
    await give(cast.ALICE, 1000, cast.HARBOUR)
    for n in range(12):
        await give(cast.ALICE, n + 1, cast.HARBOUR)
    offered = await play.slash("pay", as_=cast.ALICE, member=cast.BOB, amount="30", note="x", ask_first=True)
    seen = [offered, await play.press(offered, "Decline", as_=cast.ALICE)]
    asked = await play.slash("request", as_=cast.BOB, member=cast.ALICE, amount="10")
    seen += [asked, await play.press(asked, "Pay", as_=cast.ALICE)]
    form = await play.user_menu("Pay…", cast.BOB, as_=cast.ALICE)
    seen += [await play.submit(form, {"amount": "5", "note": "a `b` c"}, as_=cast.ALICE)]
    listed = await play.slash("transactions", as_=cast.ALICE)
    seen += [listed, await play.press(listed, "Older", as_=cast.ALICE)]
    plan = await play.slash("economy reverse", as_=cast.MANAGER, receipt="1", reason="y" * 400)
    seen += [plan, await play.press(plan, "Cancel", as_=cast.MANAGER)]
    seen += [await play.slash("transactions", as_=cast.ALICE, id="1"), await play.slash("leaderboard", as_=cast.BOB)]
    assert [one.failed for one in seen] == [None] * len(seen)
