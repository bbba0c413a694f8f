"""What members own: handed on and used up, never doubled, never lost."""

from __future__ import annotations

import asyncio

import pytest

from models import Effect, Job
from services.core.actors import Person, SomePerson
from services.core.errors import Conflict, NotFound, UserError
from services.economy.payments import WrongParty
from services.shop import inventory, item_use, items
from services.shop.inventory import OwnedItem
from services.shop.item import Ware
from tests.support.bot import ALICE, BOB, GUILD, OTHER_GUILD
from tests.support.coins import person
from tests.support.wares import ADMIN, ANSWER, owned, sell

ROLE = 77


async def _has(ware: Ware, count: int, user_id: int = ALICE) -> None:
    await inventory.add(GUILD, user_id, ware.id, count)


async def test_of_twenty_uses_at_once_of_one_item_one_counts(database: str) -> None:
    ware = await sell(role_id=ROLE)
    await _has(ware, 1)
    uses = [item_use.use(GUILD, ALICE, (), ware.id, ANSWER) for _ in range(20)]
    ends = await asyncio.gather(*uses, return_exceptions=True)
    assert sum(isinstance(end, OwnedItem) for end in ends) == 1
    assert sum(isinstance(end, NotFound) for end in ends) == 19
    assert await owned(ALICE) == {}
    assert await Job.filter(kind="shop.give_role").count() == 1


async def test_two_uses_at_once_of_two_of_a_kind_use_one_up(database: str) -> None:
    ware = await sell(role_id=ROLE)
    await _has(ware, 2)
    uses = [item_use.use(GUILD, ALICE, (), ware.id, ANSWER) for _ in range(2)]
    ends = await asyncio.gather(*uses, return_exceptions=True)
    assert sum(isinstance(end, Conflict) for end in ends) == 1, "the role is on its way"
    assert await owned(ALICE) == {ware.id: 1}


async def test_a_role_that_one_has_uses_nothing_up(database: str) -> None:
    ware = await sell(role_id=ROLE)
    await _has(ware, 1)
    with pytest.raises(Conflict):
        await item_use.use(GUILD, ALICE, (ROLE,), ware.id, ANSWER)
    assert await owned(ALICE) == {ware.id: 1}


@pytest.mark.parametrize("effect", [Effect.NONE, Effect.STREAK_SAVER])
async def test_what_is_not_used_by_hand_stays(database: str, effect: Effect) -> None:
    ware = await sell(effect=effect)
    await _has(ware, 1)
    assert (await item_use.use(GUILD, ALICE, (), ware.id, ANSWER)).quantity == 1
    assert await owned(ALICE) == {ware.id: 1}


async def test_what_is_no_longer_sold_is_still_owned_given_and_used(database: str) -> None:
    ware = await sell(role_id=ROLE)
    await _has(ware, 2)
    await items.archive(GUILD, ADMIN, ware.id)
    await inventory.gift(GUILD, person(ALICE), person(BOB), ware.id, 1)
    await item_use.use(GUILD, ALICE, (), ware.id, ANSWER)
    assert (await owned(ALICE), await owned(BOB)) == ({}, {ware.id: 1})


async def test_two_who_give_each_other_the_same_thing_many_times_at_once_have_what_they_had(database: str) -> None:
    ware = await sell()
    await _has(ware, 20, ALICE)
    await _has(ware, 20, BOB)
    there = [inventory.gift(GUILD, person(ALICE), person(BOB), ware.id, 1) for _ in range(20)]
    back = [inventory.gift(GUILD, person(BOB), person(ALICE), ware.id, 1) for _ in range(20)]
    await asyncio.gather(*there, *back)
    assert (await owned(ALICE), await owned(BOB)) == ({ware.id: 20}, {ware.id: 20})


async def test_of_more_gifts_than_there_are_things_only_so_many_arrive(database: str) -> None:
    ware = await sell()
    await _has(ware, 3)
    gifts = [inventory.gift(GUILD, person(ALICE), person(1000 + n), ware.id, 1) for n in range(10)]
    ends = await asyncio.gather(*gifts, return_exceptions=True)
    assert sum(isinstance(end, OwnedItem) for end in ends) == 3
    assert sum(isinstance(end, UserError) for end in ends) == 7
    assert sum([len(await owned(1000 + n)) for n in range(10)]) == 3


@pytest.mark.parametrize("count", [0, -1, -(2**62), 4, 2**62])
async def test_a_number_that_one_does_not_have_gives_nothing(database: str, count: int) -> None:
    ware = await sell()
    await _has(ware, 3)
    with pytest.raises(Conflict):
        await inventory.gift(GUILD, person(ALICE), person(BOB), ware.id, count)
    assert (await owned(ALICE), await owned(BOB)) == ({ware.id: 3}, {})


@pytest.mark.parametrize(
    "receiver", [SomePerson(ALICE, False, True), SomePerson(BOB, True, True), SomePerson(BOB, False, False)]
)
async def test_nothing_goes_to_oneself_a_bot_or_somebody_who_is_not_here(database: str, receiver: Person) -> None:
    ware = await sell()
    await _has(ware, 3)
    with pytest.raises(WrongParty):
        await inventory.gift(GUILD, person(ALICE), receiver, ware.id, 1)


async def test_things_of_one_server_are_nothing_in_another(database: str) -> None:
    ware = await sell()
    await _has(ware, 1)
    for act in (
        inventory.find(OTHER_GUILD, ALICE, ware.id),
        inventory.gift(OTHER_GUILD, person(ALICE), person(BOB), ware.id, 1),
        item_use.use(OTHER_GUILD, ALICE, (), ware.id, ANSWER),
    ):
        with pytest.raises(NotFound):
            await act
    assert await inventory.search(OTHER_GUILD, ALICE, "") == []
