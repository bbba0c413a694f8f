"""Corrections: shown first, done once, and never below zero."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import AccountKind, AuditEvent, Transfer
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.errors import Conflict, NotFound, UserError
from services.core.transactions import rows
from services.economy import corrections, ledger_audit, offers, payments, reversals
from services.economy.ledger import NotEnoughCoins
from services.economy.reversals import Plan
from services.privacy import erasing, erasure
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.coins import balance, balances, give, person
from tests.support.rules import rule

ADMIN, OTHER_ADMIN = Actor(MANAGER, "r"), Actor(MANAGER + 1, "r")


async def _paid(coins: int = 60) -> int:
    await give(ALICE, 100)
    return (await payments.pay(GUILD, person(ALICE), person(BOB), Amount(coins), "", key="pay")).number


def _changes(plan: Plan) -> dict[object, int]:
    return {change.party: change.amount for change in plan.changes}


async def test_a_payment_is_undone_as_it_was_shown(database: str) -> None:
    number = await _paid()
    plan = await reversals.plan(GUILD, ADMIN, number, "mistake")
    assert _changes(plan) == {ALICE: 60, BOB: -60}
    assert (await balance(ALICE), await balance(BOB)) == (40, 60), "showing changes nothing"
    made = await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)
    correction = await Transfer.get(id=made.number)
    assert (correction.reverses_id, correction.reason, correction.actor_id) == (number, "mistake", MANAGER)
    (event,) = await AuditEvent.filter(guild_id=GUILD)
    assert (event.action, event.actor_id, event.details["reverses"]) == ("economy.reverse", MANAGER, number)


async def test_a_receipt_is_reversed_once_even_by_two_admins_at_once(database: str) -> None:
    number = await _paid()
    plans = [await reversals.plan(GUILD, admin, number, "") for admin in (ADMIN, OTHER_ADMIN)]
    done = await asyncio.gather(
        reversals.confirm(GUILD, ADMIN, plans[0].id, key="one"),
        reversals.confirm(GUILD, OTHER_ADMIN, plans[1].id, key="two"),
        return_exceptions=True,
    )
    assert sorted(isinstance(one, Conflict) for one in done) == [False, True]
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)
    with pytest.raises(Conflict):
        await reversals.plan(GUILD, ADMIN, number, "")


async def test_a_plan_is_confirmed_once_by_the_one_who_saw_it(database: str) -> None:
    plan = await reversals.plan(GUILD, ADMIN, await _paid(), "")
    with pytest.raises(Conflict):
        await reversals.confirm(GUILD, OTHER_ADMIN, plan.id, key="other")
    with pytest.raises(Conflict):
        await reversals.confirm(OTHER_GUILD, ADMIN, plan.id, key="elsewhere")
    await reversals.confirm(GUILD, ADMIN, plan.id, key="one")
    with pytest.raises(Conflict):
        await reversals.confirm(GUILD, ADMIN, plan.id, key="two")
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)


async def test_an_old_plan_and_a_dropped_one_do_nothing(database: str) -> None:
    number = await _paid()
    old = await reversals.plan(GUILD, ADMIN, number, "")
    await rows("UPDATE plans SET expires_at = $1", datetime.now(UTC) - timedelta(seconds=1))
    dropped = await reversals.plan(GUILD, ADMIN, number, "")
    await reversals.drop(GUILD, ADMIN, dropped.id)
    for plan in (old, dropped):
        with pytest.raises(Conflict):
            await reversals.confirm(GUILD, ADMIN, plan.id, key=f"plan:{plan.id}")
    assert await balance(BOB) == 60


async def test_spent_coins_are_taken_as_far_as_they_are_there(database: str) -> None:
    number = await _paid()
    await payments.pay(GUILD, person(BOB), person(CAROL), Amount(45), "", key="spent")
    plan = await reversals.plan(GUILD, ADMIN, number, "")
    assert (plan.coins, plan.missing) == (15, 45)
    await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert (await balance(ALICE), await balance(BOB), await balance(CAROL)) == (55, 0, 45)


async def test_nothing_is_reversed_where_nothing_is_left(database: str) -> None:
    number = await _paid()
    await payments.pay(GUILD, person(BOB), person(CAROL), Amount(60), "", key="spent")
    with pytest.raises(NotEnoughCoins):
        await reversals.plan(GUILD, ADMIN, number, "")


async def test_coins_spent_after_the_plan_was_shown_stop_it(database: str) -> None:
    plan = await reversals.plan(GUILD, ADMIN, await _paid(), "")
    await payments.pay(GUILD, person(BOB), person(CAROL), Amount(1), "", key="spent")
    with pytest.raises(NotEnoughCoins):
        await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert (await balance(ALICE), await balance(BOB)) == (40, 59)


async def test_coins_that_came_after_the_plan_was_shown_are_left_alone(database: str) -> None:
    number = await _paid()
    await payments.pay(GUILD, person(BOB), person(CAROL), Amount(45), "", key="spent")
    plan = await reversals.plan(GUILD, ADMIN, number, "")
    await give(BOB, 100)
    await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert await balance(BOB) == 100


async def test_a_fee_goes_back_too(database: str) -> None:
    await rule(GUILD, fee_percent=10)
    plan = await reversals.plan(GUILD, ADMIN, await _paid(), "")
    await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert (await balance(ALICE), await balance(BOB), (await balances())["sink", 0]) == (100, 0, 0)


async def test_an_accepted_offer_goes_back_to_the_payer_and_not_into_escrow(database: str) -> None:
    await give(ALICE, 100)
    held = await offers.offer(GUILD, person(ALICE), person(BOB), Amount(60), "", key="hold")
    ended = await offers.accept(GUILD, held.id, BOB)
    assert ended.number
    plan = await reversals.plan(GUILD, ADMIN, ended.number, "")
    await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert (await balance(ALICE), (await balances())["escrow", 0]) == (100, 0)


async def test_coins_that_are_set_aside_cant_be_reversed_away_from_an_open_offer(database: str) -> None:
    await give(ALICE, 100)
    held = await offers.offer(GUILD, person(ALICE), person(BOB), Amount(60), "", key="hold")
    assert held.number
    with pytest.raises(Conflict):
        await reversals.plan(GUILD, ADMIN, held.number, "")
    released = await offers.decline(GUILD, held.id, BOB)
    assert released.number
    with pytest.raises(Conflict):
        await reversals.plan(GUILD, ADMIN, released.number, "")


async def test_a_grant_and_its_reversal_can_both_be_undone(database: str) -> None:
    granted = await corrections.grant(GUILD, ADMIN, person(ALICE), 50, "", key="grant")
    plan = await reversals.plan(GUILD, ADMIN, granted.number, "")
    undone = await reversals.confirm(GUILD, ADMIN, plan.id, key="one")
    assert await balance(ALICE) == 0
    again = await reversals.plan(GUILD, ADMIN, undone.number, "")
    await reversals.confirm(GUILD, ADMIN, again.id, key="two")
    assert await balance(ALICE) == 50
    found = await ledger_audit.audit(GUILD)
    assert found.sound
    assert found.minted == 50


async def test_a_receipt_of_another_server_is_unknown(database: str) -> None:
    number = await give(ALICE, 5, OTHER_GUILD)
    for unknown in (number, number + 1000):
        with pytest.raises(NotFound):
            await reversals.plan(GUILD, ADMIN, unknown, "")


async def test_a_frozen_wallet_is_reversed_all_the_same(database: str) -> None:
    number = await _paid()
    await corrections.freeze(GUILD, ADMIN, BOB, "")
    plan = await reversals.plan(GUILD, ADMIN, number, "")
    await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert await balance(BOB) == 0


async def test_a_failed_confirmation_leaves_no_trace_in_the_log(database: str) -> None:
    plan = await reversals.plan(GUILD, ADMIN, await _paid(), "")
    await corrections.take(GUILD, ADMIN, BOB, Amount(60), "", key="take")
    with pytest.raises(UserError):
        await reversals.confirm(GUILD, ADMIN, plan.id, key="reverse")
    assert [event.action for event in await AuditEvent.all()] == ["economy.take"]


async def test_what_would_go_back_to_somebody_erased_goes_to_nobody(database: str) -> None:
    await give(ALICE, 100)
    paid = await payments.pay(GUILD, person(ALICE), person(BOB), Amount(60), "", key="pay")
    await _erase(ALICE)
    plan = await reversals.plan(GUILD, ADMIN, paid.number, "")
    assert {change.party: change.amount for change in plan.changes} == {BOB: -60, AccountKind.SINK: 60}
    await reversals.confirm(GUILD, ADMIN, plan.id, key="undo")
    assert await balance(BOB) == 0
    found = await ledger_audit.audit(GUILD)
    assert (found.sound, found.burned, found.in_wallets) == (True, 100, 0)


async def test_somebody_erased_has_nothing_that_could_be_taken_back(database: str) -> None:
    number = await give(ALICE, 100)
    await _erase(ALICE)
    with pytest.raises(NotEnoughCoins):
        await reversals.plan(GUILD, ADMIN, number, "")
    assert await balance(ALICE) == 0


async def test_a_plan_about_somebody_who_was_erased_meanwhile_is_over(database: str) -> None:
    await give(ALICE, 100)
    paid = await payments.pay(GUILD, person(ALICE), person(BOB), Amount(60), "", key="pay")
    plan = await reversals.plan(GUILD, ADMIN, paid.number, "")
    await _erase(ALICE)
    with pytest.raises(Conflict):
        await reversals.confirm(GUILD, ADMIN, plan.id, key="undo")
    assert await balance(BOB) == 60
    assert await rows("SELECT FROM user_economy WHERE user_id = $1", ALICE) == []


async def _erase(user_id: int) -> None:
    wish = await erasure.request(user_id, now=datetime.now(UTC) - timedelta(hours=25))
    assert await erasing.run(wish.id)
