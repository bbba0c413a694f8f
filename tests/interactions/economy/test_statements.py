"""/transactions, as its reader sees it."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from models import Job
from tests.support.bot import ALICE, BOB, CAROL, MANAGER, Answer, Bot
from tests.support.coins import give

pytestmark = pytest.mark.usefixtures("unasked")

UNKNOWN = "You don't have a receipt #N."


def _numbers(answer: Answer) -> list[int]:
    return [int(number) for number in re.findall(r"`#(\d+)`", answer.content)]


async def _receipt_of_payment(bot: Bot) -> str:
    await give(ALICE, 100)
    paid = await bot.slash("pay", by=ALICE, member=BOB, amount="30", note="lunch")
    (number,) = re.findall(r"Receipt #(\d+)", paid.content)
    return str(number)


async def test_ones_list_is_private_and_tells_each_movement_in_words(bot: Bot, database: str) -> None:
    number = await _receipt_of_payment(bot)
    mine = await bot.slash("transactions", by=ALICE)
    assert mine.private
    assert re.search(rf"`#{number}` <t:\d+:f> · Paid to <@{BOB}> · lunch · \*\*−30\*\* → 70", mine.content)
    theirs = await bot.slash("transactions", by=BOB)
    assert f"Paid by <@{ALICE}> · lunch · **+30** → 30" in theirs.content


async def test_nobody_has_moved_coins_yet(bot: Bot, database: str) -> None:
    answer = await bot.slash("transactions", by=ALICE)
    assert "There are no transactions" in answer.content
    assert answer.components == []


async def test_buttons_turn_the_pages_in_both_directions(bot: Bot, database: str) -> None:
    numbers = [await give(ALICE, coins) for coins in range(1, 26)][::-1]
    first = await bot.slash("transactions", by=ALICE)
    assert _numbers(first) == numbers[:10]
    second = await bot.press(first.button("Older"), by=ALICE, on=first)
    assert (second.type, _numbers(second)) == (7, numbers[10:20])
    third = await bot.press(second.button("Older"), by=ALICE, on=second)
    assert _numbers(third) == numbers[20:]
    assert [component["label"] for component in third.components if component.get("disabled")] == ["Older"]
    back = await bot.press(third.button("Newer"), by=ALICE, on=third)
    assert _numbers(back) == numbers[10:20]


async def test_the_filter_stays_while_one_turns_pages(bot: Bot, database: str) -> None:
    await bot.slash("daily", by=ALICE)
    for _ in range(12):
        await give(ALICE, 1)
    first = await bot.slash("transactions", by=ALICE, kind="admins", since="1d")
    second = await bot.press(first.button("Older"), by=ALICE, on=first)
    assert "Daily pay" not in second.content
    assert len(_numbers(second)) == 2


async def test_an_unclear_since_is_explained(bot: Bot, database: str) -> None:
    answer = await bot.slash("transactions", by=ALICE, since="yesterday")
    assert "Try `24h`, `7d`, or a date" in answer.content


async def test_only_admins_read_somebody_elses(bot: Bot, database: str) -> None:
    await _receipt_of_payment(bot)
    assert "Only admins" in (await bot.slash("transactions", by=CAROL, member=ALICE)).content
    seen = await bot.slash("transactions", by=MANAGER, member=ALICE)
    assert seen.private
    assert f"<@{ALICE}>" in seen.content
    assert "lunch" in seen.content


async def test_an_admins_button_reads_nothing_for_somebody_else(bot: Bot, database: str) -> None:
    for _ in range(12):
        await give(ALICE, 1)
    seen = await bot.slash("transactions", by=MANAGER, member=ALICE)
    answer = await bot.press(seen.button("Older"), by=CAROL, on=seen)
    assert answer.private
    assert _numbers(answer) == []


@pytest.mark.parametrize("by", [ALICE, BOB])
async def test_a_receipt_in_full_shows_who_when_what_and_why(bot: Bot, database: str, by: int) -> None:
    number = await _receipt_of_payment(bot)
    full = await bot.slash("transactions", by=by, id=f"#{number}")
    assert full.private
    for part in (f"Receipt #{number}", "Payment", f"By <@{ALICE}>", "Reason: lunch", f"<@{ALICE}>: **−30**"):
        assert part in full.content
    assert re.search(r"Requested with `pay`; answered at <t:\d+:T>", full.content)
    other = BOB if by == ALICE else ALICE
    assert not re.search(rf"<@{other}>: \*\*.30\*\* →", full.content), "what others have left is theirs"


async def test_somebody_elses_receipt_sounds_like_one_that_does_not_exist(bot: Bot, database: str) -> None:
    number = await _receipt_of_payment(bot)
    for typed in (number, "999999", "9" * 18, "9" * 20, "#0", "-1", "abc", "１"):
        answer = await bot.slash("transactions", by=CAROL, id=typed)
        shown = typed.replace("-", "\\-").removeprefix("#")
        assert answer.content.replace(f"#{shown}.", "#N.") == UNKNOWN
        assert answer.private


async def test_a_receipt_tells_of_an_answer_that_discord_never_took(bot: Bot, database: str) -> None:
    await give(ALICE, 100)
    payload = bot.command("pay", by=ALICE, member=BOB, amount="30")
    number = re.findall(r"Receipt #(\d+)", (await bot.send(payload)).content)[0]
    job = await Job.create(kind="x", key=f"finish:{payload['id']}", due_at=datetime.now(UTC), payload={})
    assert "still being delivered" in (await bot.slash("transactions", by=ALICE, id=number)).content
    await Job.filter(id=job.id).update(failed_at=datetime.now(UTC))
    assert "was too late for Discord" in (await bot.slash("transactions", by=ALICE, id=number)).content


async def test_receipts_are_suggested_to_their_people_and_all_of_them_to_admins(bot: Bot, database: str) -> None:
    theirs = await give(BOB, 5)
    mine = await give(ALICE, 7)
    found = (await bot.complete("transactions", "id", "", by=ALICE)).choices
    assert [one["value"] for one in found] == [str(mine)]
    assert found[0]["name"].startswith(f"#{mine} · Granted by an admin · +7 · ")
    found = (await bot.complete("transactions", "id", "#", by=MANAGER)).choices
    assert [one["value"] for one in found] == [str(mine), str(theirs)]


async def test_outside_a_server_there_is_no_list(bot: Bot, database: str) -> None:
    assert "only works in a server" in (await bot.slash("transactions", by=ALICE, guild=None)).content
