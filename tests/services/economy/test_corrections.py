"""What admins give, take and stop: booked, logged, and only once."""

from __future__ import annotations

import asyncio

import pytest

from models import AuditEvent
from services.core import idempotency
from services.core.actors import Actor, Person, SomePerson
from services.core.amounts import Amount
from services.core.errors import Conflict
from services.economy import corrections, earnings, payments
from services.economy.ledger import Frozen, NotEnoughCoins
from services.economy.payments import WrongParty
from tests.support.bot import ALICE, BOB, GUILD, MANAGER
from tests.support.coins import balance, balances, give, person

ADMIN = Actor(MANAGER, "abc")


async def test_granted_coins_come_from_the_mint_and_taken_ones_are_burned(database: str) -> None:
    made = await corrections.grant(GUILD, ADMIN, person(ALICE), 80, "prize", key="grant")
    taken = await corrections.take(GUILD, ADMIN, ALICE, Amount(None, share=2), "fine", key="take")
    assert (made.balance, taken.coins, taken.balance) == (80, 40, 40)
    assert await balances() == {("mint", 0): -80, ("sink", 0): 40, ("wallet", ALICE): 40}


async def test_each_act_stands_in_the_log_with_who_what_and_why(database: str) -> None:
    made = await corrections.grant(GUILD, ADMIN, person(ALICE), 80, "prize", key="grant")
    await corrections.freeze(GUILD, ADMIN, ALICE, "stole")
    await corrections.unfreeze(GUILD, ADMIN, ALICE, "")
    events = await AuditEvent.all().order_by("id")
    assert [event.action for event in events] == ["economy.grant", "economy.freeze", "economy.unfreeze"]
    assert {(event.guild_id, event.actor_id, event.target, event.request_id) for event in events} == {
        (GUILD, MANAGER, str(ALICE), "abc")
    }
    assert events[0].details == {"receipt": made.number, "coins": 80, "reason": "prize"}
    assert events[1].details == {"reason": "stole"}


async def test_the_same_grant_twenty_times_at_once_gives_once_and_logs_once(database: str) -> None:
    async def effect() -> dict[str, object]:
        return {"number": (await corrections.grant(GUILD, ADMIN, person(ALICE), 80, "", key="same")).number}

    once = (idempotency.once(GUILD, "same", MANAGER, "t", effect, lambda _: {}) for _ in range(20))
    answers = await asyncio.gather(*once)
    assert len({answer["number"] for answer in answers}) == 1
    assert await balance(ALICE) == 80
    assert await AuditEvent.all().count() == 1


async def test_more_than_there_is_cant_be_taken(database: str) -> None:
    await give(ALICE, 10)
    with pytest.raises(NotEnoughCoins):
        await corrections.take(GUILD, ADMIN, ALICE, Amount(11), "", key="take")
    assert await AuditEvent.all().count() == 0


@pytest.mark.parametrize("who", [SomePerson(BOB, bot=True, in_guild=True), SomePerson(BOB, bot=False, in_guild=False)])
async def test_bots_and_strangers_are_given_nothing(database: str, who: Person) -> None:
    with pytest.raises(WrongParty):
        await corrections.grant(GUILD, ADMIN, who, 5, "", key="grant")


async def test_a_frozen_wallet_neither_earns_nor_pays_nor_is_paid_until_it_is_let_go(database: str) -> None:
    await give(ALICE, 100)
    await give(BOB, 100)
    await corrections.freeze(GUILD, ADMIN, ALICE, "")
    for act in (
        earnings.daily(GUILD, ALICE, key="daily"),
        earnings.work(GUILD, ALICE, key="work"),
        payments.pay(GUILD, person(ALICE), person(BOB), Amount(5), "", key="out"),
        payments.pay(GUILD, person(BOB), person(ALICE), Amount(5), "", key="in"),
    ):
        with pytest.raises(Frozen):
            await act
    assert await balance(ALICE) == 100
    await corrections.grant(GUILD, ADMIN, person(ALICE), 5, "", key="grant")
    await corrections.unfreeze(GUILD, ADMIN, ALICE, "")
    await payments.pay(GUILD, person(ALICE), person(BOB), Amount(5), "", key="again")


async def test_freezing_twice_and_letting_go_of_what_is_free_are_refused(database: str) -> None:
    with pytest.raises(Conflict):
        await corrections.unfreeze(GUILD, ADMIN, ALICE, "")
    await corrections.freeze(GUILD, ADMIN, ALICE, "")
    with pytest.raises(Conflict):
        await corrections.freeze(GUILD, ADMIN, ALICE, "")
    assert await AuditEvent.all().count() == 1
