"""Buying: stock and coins go together, once, at the price that was shown."""

from __future__ import annotations

import asyncio

import pytest

from models import Effect, Job
from services.core.actors import Person, SomePerson
from services.core.errors import Conflict, NotFound, UserError
from services.core.transactions import rows
from services.economy import corrections, ledger_audit
from services.economy.ledger import Frozen, NotEnoughCoins
from services.economy.payments import WrongParty
from services.shop import items, purchases
from services.shop.item import Ware
from services.shop.items import Form
from services.shop.purchases import Purchase, PurchaseRequest, Quote, SoldOut
from tests.support.bot import ALICE, BOB, GUILD, MANAGER, OTHER_GUILD
from tests.support.coins import balance, balances, give, person
from tests.support.wares import ADMIN, ANSWER, owned, sell, stock, typed_item, wish

ROLE = 77


async def _buy(user_id: int, wanted: PurchaseRequest, key: str, roles: tuple[int, ...] = ()) -> Purchase | Quote:
    return await purchases.buy(GUILD, person(user_id), roles, wanted, ANSWER, key=key)


async def _change(ware: Ware, price: str, shown: int | None = None, typed: str = "") -> None:
    await items.change(GUILD, ADMIN, ware.id, typed_item(ware.name, "", price, typed), shown, None)


async def test_a_purchase_takes_the_coins_out_of_the_world_and_gives_the_things(database: str) -> None:
    await give(ALICE, 100)
    made = await _buy(ALICE, wish(await sell("Rope", 10, 5), 3), "b")
    assert isinstance(made, Purchase)
    assert (made.coins, made.balance) == (30, 70)
    assert await owned(ALICE) == {made.ware.id: 3}
    assert await stock(made.ware) == 2
    assert (await balances())["sink", 0] == 30
    assert (await ledger_audit.audit(GUILD)).sound


async def test_of_fifty_who_want_the_last_five_five_get_one_and_the_others_keep_their_coins(database: str) -> None:
    ware = await sell("Lamp", 10, 5)
    people = range(1000, 1050)
    for one in people:
        await give(one, 10)
    ends = await asyncio.gather(*(_buy(one, wish(ware), f"b{one}") for one in people), return_exceptions=True)
    assert sum(isinstance(end, Purchase) for end in ends) == 5
    assert sum(isinstance(end, SoldOut) for end in ends) == 45
    assert await stock(ware) == 0
    for one, end in zip(people, ends, strict=True):
        got = isinstance(end, Purchase)
        assert (await owned(one), await balance(one)) == (({ware.id: 1}, 0) if got else ({}, 10))
    assert (await ledger_audit.audit(GUILD)).sound


async def test_one_member_who_buys_in_twenty_places_at_once_spends_no_more_than_they_have(database: str) -> None:
    await give(ALICE, 50)
    ware = await sell("Rope", 10)
    ends = await asyncio.gather(*(_buy(ALICE, wish(ware), f"b{n}") for n in range(20)), return_exceptions=True)
    assert sum(isinstance(end, Purchase) for end in ends) == 5
    assert sum(isinstance(end, NotEnoughCoins) for end in ends) == 15
    assert (await owned(ALICE), await balance(ALICE)) == ({ware.id: 5}, 0)


@pytest.mark.parametrize("shown", [None, 0, 9, 11])
async def test_a_price_that_is_not_the_one_shown_buys_nothing_and_is_told(database: str, shown: int | None) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 10, 5)
    made = await _buy(ALICE, PurchaseRequest(ware.id, 2, shown), "b")
    assert made == Quote(ware, 2, "🪙")
    assert (await balance(ALICE), await stock(ware), await owned(ALICE)) == (100, 5, {})


async def test_a_price_that_changes_while_many_buy_is_never_another_than_they_saw(database: str) -> None:
    ware = await sell("Rope", 10)
    people = range(1000, 1020)
    for one in people:
        await give(one, 100)
    buying = [_buy(one, wish(ware), f"b{one}") for one in people]
    ends = await asyncio.gather(*buying[:10], _change(ware, "90"), *buying[10:])
    for one, end in zip(people, [end for end in ends if end is not None], strict=True):
        assert await balance(one) == (90 if isinstance(end, Purchase) else 100)


@pytest.mark.parametrize("count", [0, -1, 101, 10**12, -(2**62)])
async def test_a_count_that_nobody_may_want_buys_nothing(database: str, count: int) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 1, 5)
    with pytest.raises(UserError):
        await _buy(ALICE, wish(ware, count), "b")
    with pytest.raises(UserError):
        await purchases.gift(GUILD, person(ALICE), person(BOB), wish(ware, count), key="g")
    assert (await balance(ALICE), await stock(ware), await owned(BOB)) == (100, 5, {})


async def test_many_at_a_price_beyond_what_can_be_moved_are_refused(database: str) -> None:
    await give(ALICE, 10**12)
    with pytest.raises(UserError):
        await _buy(ALICE, wish(await sell("Moon", 10**12), 100), "b")
    assert await balance(ALICE) == 10**12


async def test_a_frozen_wallet_buys_nothing(database: str) -> None:
    await give(ALICE, 100)
    await corrections.freeze(GUILD, ADMIN, ALICE, "")
    with pytest.raises(Frozen):
        await _buy(ALICE, wish(await sell()), "b")


async def test_what_is_archived_or_of_another_server_is_not_sold(database: str) -> None:
    await give(ALICE, 100)
    elsewhere = await sell("Shell", guild_id=OTHER_GUILD)
    with pytest.raises(NotFound):
        await _buy(ALICE, wish(elsewhere), "b")
    gone = await sell("Rope")
    await items.archive(GUILD, ADMIN, gone.id)
    with pytest.raises(Conflict):
        await _buy(ALICE, wish(gone), "b")
    assert await balance(ALICE) == 100


async def test_a_gift_is_paid_by_one_and_owned_by_the_other(database: str) -> None:
    await give(ALICE, 100)
    made = await purchases.gift(GUILD, person(ALICE), person(BOB), wish(await sell(role_id=ROLE), 4), key="g")
    assert isinstance(made, Purchase)
    assert (await balance(ALICE), await owned(ALICE)) == (60, {})
    assert await owned(BOB) == {made.ware.id: 4}
    assert await Job.all().count() == 0, "nobody gets a role that they did not ask for"


@pytest.mark.parametrize(
    "receiver", [SomePerson(ALICE, False, True), SomePerson(BOB, True, True), SomePerson(BOB, False, False)]
)
async def test_nothing_is_bought_for_oneself_a_bot_or_somebody_who_is_not_here(database: str, receiver: Person) -> None:
    await give(ALICE, 100)
    with pytest.raises(WrongParty):
        await purchases.gift(GUILD, person(ALICE), receiver, wish(await sell()), key="g")
    assert await balance(ALICE) == 100


async def test_a_role_is_bought_once_and_ordered_once_however_often_it_is_pressed(database: str) -> None:
    await give(ALICE, 100)
    ware = await sell(role_id=ROLE)
    ends = await asyncio.gather(*(_buy(ALICE, wish(ware), f"b{n}") for n in range(10)), return_exceptions=True)
    assert sum(isinstance(end, Purchase) for end in ends) == 1
    assert sum(isinstance(end, Conflict) for end in ends) == 9
    assert await balance(ALICE) == 90
    assert await Job.filter(kind="shop.give_role").count() == 1


async def test_a_role_that_one_has_or_wants_twice_is_refused(database: str) -> None:
    await give(ALICE, 100)
    ware = await sell(role_id=ROLE)
    with pytest.raises(Conflict):
        await _buy(ALICE, wish(ware), "b", roles=(ROLE,))
    with pytest.raises(UserError):
        await _buy(ALICE, wish(ware, 2), "c")
    assert (await balance(ALICE), await Job.all().count()) == (100, 0)


async def test_two_items_can_t_bear_one_name_however_it_is_written(database: str) -> None:
    ends = await asyncio.gather(*(sell(name) for name in ("Rope", "ROPE", "rope ")), return_exceptions=True)
    assert sum(isinstance(end, Ware) for end in ends) == 1
    assert sum(isinstance(end, Conflict) for end in ends) == 2


async def test_an_edit_that_leaves_the_stock_as_shown_does_not_bring_back_what_was_sold(database: str) -> None:
    await give(ALICE, 100)
    ware = await sell("Rope", 10, 5)
    await _buy(ALICE, wish(ware, 3), "b")
    await _change(ware, "20", shown=5, typed="5")
    assert await stock(ware) == 2
    await _change(ware, "20", shown=5, typed="9")
    assert await stock(ware) == 9


@pytest.mark.parametrize(
    "form",
    [
        typed_item("", "", "1", ""),
        typed_item("x" * 61, "", "1", ""),
        typed_item("a\u202eb", "", "1", ""),
        typed_item("a", "x" * 301, "1", ""),
        *(typed_item("a", "", price, "") for price in ("", "0", "-1", "half", "1.5", "1e3", "1000000000001")),
        *(typed_item("a", "", "1", stock) for stock in ("-1", "1.5", "many", "1000001", "9" * 20, "²", "٣")),
    ],
    ids=repr,
)
async def test_an_item_that_makes_no_sense_is_not_put_on_sale(database: str, form: Form) -> None:
    with pytest.raises(UserError):
        await items.create(GUILD, ADMIN, form, Effect.NONE, None)
    assert await rows("SELECT id FROM shop_items") == []


async def test_who_made_and_changed_an_item_stands_in_the_log(database: str) -> None:
    ware = await sell("Rope", 10)
    await _change(ware, "20")
    await items.archive(GUILD, ADMIN, ware.id)
    log = await rows("SELECT actor_id, action, target, details FROM audit_log ORDER BY id")
    assert [row["action"] for row in log] == ["economy.item.create", "economy.item.edit", "economy.item.archive"]
    assert {(row["actor_id"], row["target"]) for row in log} == {(MANAGER, str(ware.id))}
    assert '"price": [10, 20]' in log[1]["details"]
