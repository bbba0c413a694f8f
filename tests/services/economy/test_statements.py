"""Whose coins moved when, page by page, and who may read a receipt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.errors import NotFound
from services.economy import corrections, earnings, offers, payments, reversals, statements
from services.economy.statements import Page
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.coins import give, person

ADMIN = Actor(MANAGER, "r")


def _amounts(page: Page) -> list[int]:
    return [line.amount for line in page.lines]


async def test_pages_run_from_the_newest_to_the_oldest_and_back(database: str) -> None:
    for coins in range(1, 26):
        await give(ALICE, coins)
    first = await statements.page(GUILD, ALICE)
    assert (_amounts(first), first.newer, first.older) == (list(range(25, 15, -1)), False, True)
    second = await statements.page(GUILD, ALICE, before=first.lines[-1].place)
    assert (_amounts(second), second.newer, second.older) == (list(range(15, 5, -1)), True, True)
    third = await statements.page(GUILD, ALICE, before=second.lines[-1].place)
    assert (_amounts(third), third.newer, third.older) == (list(range(5, 0, -1)), True, False)
    assert await statements.page(GUILD, ALICE, after=third.lines[0].place) == second
    assert await statements.page(GUILD, ALICE, after=second.lines[0].place) == first


async def test_lines_that_arrive_while_one_pages_shift_nothing(database: str) -> None:
    for coins in range(1, 26):
        await give(ALICE, coins)
    first = await statements.page(GUILD, ALICE)
    await give(ALICE, 99)
    assert _amounts(await statements.page(GUILD, ALICE, before=first.lines[-1].place))[0] == 15


async def test_each_line_ends_with_the_balance_of_then(database: str) -> None:
    await give(ALICE, 100)
    await payments.pay(GUILD, person(ALICE), person(BOB), Amount(30), "lunch", key="pay")
    newest, oldest = (await statements.page(GUILD, ALICE)).lines
    assert (newest.amount, newest.balance, newest.other_id, newest.reason) == (-30, 70, BOB, "lunch")
    assert (oldest.amount, oldest.balance) == (100, 100)
    (theirs,) = (await statements.page(GUILD, BOB)).lines
    assert (theirs.amount, theirs.other_id) == (30, ALICE)


async def test_a_kind_and_a_moment_narrow_the_list(database: str) -> None:
    await give(ALICE, 100)
    await earnings.daily(GUILD, ALICE, key="daily")
    await payments.pay(GUILD, person(ALICE), person(BOB), Amount(30), "", key="pay")
    assert len((await statements.page(GUILD, ALICE, kind="earned")).lines) == 1
    assert len((await statements.page(GUILD, ALICE, kind="payments")).lines) == 1
    soon = datetime.now(UTC) + timedelta(minutes=1)
    assert (await statements.page(GUILD, ALICE, since=soon)).lines == []


async def test_coins_that_passed_through_escrow_still_name_both_sides(database: str) -> None:
    await give(ALICE, 100)
    held = await offers.offer(GUILD, person(ALICE), person(BOB), Amount(30), "", key="hold")
    await offers.accept(GUILD, held.id, BOB)
    assert (await statements.page(GUILD, ALICE)).lines[0].other_id == BOB
    assert (await statements.page(GUILD, BOB)).lines[0].other_id == ALICE


async def test_a_receipt_is_open_to_its_people_and_unknown_to_others(database: str) -> None:
    await give(ALICE, 100)
    held = await offers.offer(GUILD, person(ALICE), person(BOB), Amount(30), "", key="hold")
    ended = await offers.accept(GUILD, held.id, BOB)
    numbers = [number for number in (held.number, ended.number) if number]
    assert len(numbers) == 2
    for number in numbers:
        for reader in (ALICE, BOB):
            assert (await statements.receipt(GUILD, number, reader)).number == number
        assert (await statements.receipt(GUILD, number, MANAGER, reads_all=True)).number == number
        with pytest.raises(NotFound) as theirs:
            await statements.receipt(GUILD, number, CAROL)
        with pytest.raises(NotFound) as none:
            await statements.receipt(GUILD, 999_999, CAROL)
        assert str(theirs.value.text).replace(str(number), "N") == str(none.value.text).replace("999,999", "N").replace(
            "999999", "N"
        )


async def test_a_receipt_of_another_server_is_unknown_even_to_admins(database: str) -> None:
    number = await give(ALICE, 5, OTHER_GUILD)
    with pytest.raises(NotFound):
        await statements.receipt(GUILD, number, ALICE, reads_all=True)


async def test_a_receipt_names_what_it_reverses_and_what_reversed_it(database: str) -> None:
    number = await give(ALICE, 100)
    plan = await reversals.plan(GUILD, ADMIN, number, "")
    made = await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert (await statements.receipt(GUILD, number, ALICE)).reversed_by == made.number
    assert (await statements.receipt(GUILD, made.number, ALICE)).reverses == number
    assert [line.reversed_by for line in (await statements.page(GUILD, ALICE)).lines] == [None, made.number]


async def test_suggestions_are_ones_own_and_begin_with_what_is_typed(database: str) -> None:
    await give(BOB, 1)
    numbers = [await give(ALICE, coins) for coins in range(1, 31)]
    assert [brief.number for brief in await statements.latest(GUILD, ALICE)] == numbers[:4:-1]
    begun = str(numbers[-1])[:1]
    found = [brief.number for brief in await statements.latest(GUILD, ALICE, begun)]
    assert found == [number for number in reversed(numbers) if str(number).startswith(begun)][:25]
    assert len(await statements.latest(GUILD, None)) == 25


async def test_an_admins_taking_shows_in_the_members_list(database: str) -> None:
    await give(ALICE, 100)
    await corrections.take(GUILD, ADMIN, ALICE, Amount(10), "fine", key="take")
    line = (await statements.page(GUILD, ALICE, kind="admins")).lines[0]
    assert (line.kind, line.actor_id, line.reason) == ("take", MANAGER, "fine")
