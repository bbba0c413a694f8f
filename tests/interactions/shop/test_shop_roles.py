"""Roles from the shop: given once by a job, or paid back, with a Discord that agrees, refuses or fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict

import pytest

from discord_api import current
from discord_api.client import Discord
from discord_api.errors import DiscordError, RateLimited
from discord_api.permissions import Permissions
from models import AccountKind, Job
from playground.client.acting import Play
from playground.client.results import Result
from playground.world.cast import (
    ALICE,
    BOOSTER,
    CAPTAIN,
    CARMEN,
    HARBOUR,
    KEEPER,
    MANAGER,
    OWNER,
    SAILOR,
    STRANGER,
    WATCH,
)
from playground.world.entities import Role
from services.core.actors import Actor
from services.core.errors import Conflict
from services.core.transactions import rows
from services.core.worker import LostLease, Task
from services.economy import corrections, ledger, ledger_audit, reversals
from services.shop import inventory, role_orders
from services.shop.item import Ware
from services.shop.role_orders import GIVE_UP, Order, Refund
from tests.support.coins import balance, give
from tests.support.jobs_in_hand import in_hand
from tests.support.waiting import until
from tests.support.wares import ANSWER, owned, sell, stock

# The app connects while it already answers; what is looked up here must not be earlier than that.
pytestmark = pytest.mark.usefixtures("database", "unasked")


@pytest.fixture
async def hasty(play: Play) -> AsyncIterator[Discord]:
    """A client that asks the playground once, and gives up at the first fault."""
    state = play._state
    url = f"{state.origin_url}/api/v10"
    made = Discord(state.identity.token, project_url="http://bot.test", version="1", base_url=url, patience=0.1)
    yield made
    await made.close()


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not true():  # noqa: ASYNC110  (the playground is looked at, it tells nobody)
            await asyncio.sleep(0.01)


def _roles(play: Play, user_id: int = ALICE) -> list[int]:
    return play.world.guild(HARBOUR).members[user_id].role_ids


async def _no_orders(play: Play) -> bool:
    """Whether the role is there, and its job over: until then no second one is ordered."""
    return KEEPER in _roles(play) and not await rows("SELECT FROM jobs WHERE kind = $1", role_orders.JOB)


async def _new_item(play: Play, role: int, *, by: int = OWNER) -> Result:
    form = await play.slash("economy item create", as_=by, role=role)
    return await play.submit(form, {"name": "Keeper's lamp", "price": "100", "stock": "3"}, as_=by)


async def _buy(play: Play, *, by: int = ALICE) -> Result:
    (offered,) = (await play.autocomplete("shop buy", "item", "lamp", as_=by)).choices
    return await play.slash("shop buy", as_=by, item=offered["value"])


async def test_a_bought_role_comes_with_a_reason_in_the_audit_log(play: Play) -> None:
    await give(ALICE, 150, HARBOUR)
    assert "On sale" in (await _new_item(play, KEEPER)).content
    bought = await _buy(play)
    assert "in a moment" in bought.content
    await _until(lambda: KEEPER in _roles(play))
    entry = play.world.guild(HARBOUR).audit_log[-1]
    assert entry.reason is not None
    assert "Keeper's lamp (receipt #" in entry.reason
    assert await balance(ALICE, HARBOUR) == 50
    again = await _buy(play)
    assert again.ephemeral
    assert "already" in again.content


async def test_a_purchase_that_is_delivered_twice_is_one(play: Play) -> None:
    await give(ALICE, 250, HARBOUR)
    await _new_item(play, KEEPER)
    with play.faults(twice=True):
        await _buy(play)
        await play.settle()
    assert await balance(ALICE, HARBOUR) == 150
    await _until(lambda: KEEPER in _roles(play))
    assert _roles(play).count(KEEPER) == 1


@pytest.mark.parametrize(
    ("role", "said"),
    [
        (CAPTAIN, "can't be sold"),
        (WATCH, "Kick Members"),
        (BOOSTER, "belongs to a bot"),
        (HARBOUR, "Everyone already has @everyone"),
    ],
)
async def test_a_role_that_must_not_be_sold_is_refused_with_what_was_typed(play: Play, role: int, said: str) -> None:
    refused = await _new_item(play, role)
    assert refused.ephemeral
    assert said in refused.content
    form = await play.press(refused, "Try again", as_=OWNER)
    assert form.modal is not None
    shown = {row["component"]["custom_id"]: row["component"].get("value") for row in form.modal["components"]}
    assert shown == {"name": "Keeper's lamp", "description": None, "price": "100", "stock": "3"}
    assert await rows("SELECT id FROM shop_items") == []


async def test_a_role_above_the_bot_is_refused_with_the_fix_that_works(play: Play) -> None:
    high = Role(CAPTAIN + 1, "Legend", 9)
    play.world.guild(HARBOUR).roles[high.id] = high
    refused = await _new_item(play, high.id)
    assert "Drag my role above it" in refused.content
    high.position = 1
    form = await play.press(refused, "Try again", as_=OWNER)
    assert "On sale" in (await play.submit(form, {}, as_=OWNER)).content


async def test_an_admin_sells_no_role_above_their_own(play: Play) -> None:
    play.world.guild(HARBOUR).members[MANAGER].role_ids[:] = [CAPTAIN]
    own = play.world.guild(HARBOUR).roles[CAPTAIN]
    own.position = 1
    assert "below your own highest role" in (await _new_item(play, KEEPER, by=MANAGER)).content


async def test_without_manage_roles_the_bot_says_what_it_lacks(play: Play) -> None:
    for role in play.world.guild(HARBOUR).roles.values():
        role.permissions &= ~Permissions.MANAGE_ROLES
    assert "Manage Roles" in (await _new_item(play, KEEPER)).content


async def _sold(role: int) -> Ware:
    return await sell("Keeper's lamp", 100, 3, role_id=role, guild_id=HARBOUR)


async def test_a_role_that_can_t_be_given_any_more_is_paid_back_and_the_answer_says_so(play: Play) -> None:
    await give(ALICE, 150, HARBOUR)
    ware = await _sold(KEEPER)
    play.world.guild(HARBOUR).roles[KEEPER].permissions = Permissions.BAN_MEMBERS
    bought = await _buy(play)
    await _until(lambda: "Role not given" in bought.content)
    assert "can't be sold" in bought.content
    assert "coins of receipt #" in bought.content
    assert (await balance(ALICE, HARBOUR), await stock(ware)) == (150, 3)
    assert KEEPER not in _roles(play)
    told = await play.slash("transactions", as_=ALICE, kind="shop")
    assert "Refund" in told.content
    assert (await ledger_audit.audit(HARBOUR)).sound
    assert await Job.filter(kind=role_orders.JOB).count() == 0


async def test_an_item_that_gives_a_role_is_used_up_or_comes_back(play: Play) -> None:
    ware = await _sold(KEEPER)
    await inventory.add(HARBOUR, ALICE, ware.id, 2)
    (offered,) = (await play.autocomplete("inventory use", "item", "lamp", as_=ALICE)).choices
    await play.slash("inventory use", as_=ALICE, item=offered["value"])
    await until(lambda: _no_orders(play))
    assert await owned(ALICE, HARBOUR) == {ware.id: 1}
    _roles(play).remove(KEEPER)
    del play.world.guild(HARBOUR).roles[KEEPER]
    used = await play.slash("inventory use", as_=ALICE, item=offered["value"])
    await _until(lambda: "back in your inventory" in used.content)
    assert used.ephemeral
    assert await owned(ALICE, HARBOUR) == {ware.id: 1}


async def _order(ware: Ware, user_id: int, *, attempt: int = 1) -> Task:
    """A purchase of a role whose job is in the hands of this test."""
    await give(user_id, 100, HARBOUR)
    key = f"bought:{user_id}"
    paid = await ledger.transfer(HARBOUR, user_id, AccountKind.SINK, 100, key=key, kind="buy", actor_id=user_id)
    order = asdict(Order.of(ware, user_id, paid.number, ANSWER))
    return await in_hand(HARBOUR, role_orders.JOB, order, attempt)


async def _refunds() -> int:
    return len(await rows("SELECT id FROM transfers WHERE kind = 'refund'"))


async def test_a_job_that_runs_again_gives_the_role_once(play: Play) -> None:
    task = await _order(await _sold(SAILOR), OWNER)
    for _ in range(3):
        assert await role_orders.give(current.client(), task) is None
    assert _roles(play, OWNER).count(SAILOR) == 1
    assert (await balance(OWNER, HARBOUR), await _refunds()) == (0, 0)


async def test_an_outage_is_waited_for_and_only_then_paid_back(play: Play, hasty: Discord) -> None:
    ware = await _sold(SAILOR)
    early, late = await _order(ware, OWNER), await _order(ware, CARMEN, attempt=GIVE_UP + 1)
    with play.faults(server_errors=1.0):
        for task in (early, late):
            with pytest.raises((DiscordError, Conflict)):
                await role_orders.give(hasty, task)
    back = await role_orders.give(hasty, late)
    assert back is not None
    assert "hasn't responded" in str(back.why)
    assert (await balance(OWNER, HARBOUR), await balance(CARMEN, HARBOUR)) == (0, 100)
    assert await role_orders.give(hasty, early) is None
    assert SAILOR in _roles(play, OWNER)


async def test_a_refund_that_is_tried_many_times_at_once_pays_once(play: Play) -> None:
    ware = await _sold(SAILOR)
    task = await _order(ware, STRANGER)  # who is not there to be given a role
    ends = await asyncio.gather(*(role_orders.give(current.client(), task) for _ in range(5)), return_exceptions=True)
    assert sum(isinstance(end, Refund) for end in ends) == 1
    # One that begins late finds the refund made (None). Where Discord makes one wait too long, its job is tried again.
    assert [end for end in ends if not isinstance(end, Refund | LostLease | RateLimited | None)] == []
    assert (await balance(STRANGER, HARBOUR), await _refunds(), await stock(ware)) == (100, 1, 4)
    assert (await ledger_audit.audit(HARBOUR)).sound


async def test_a_purchase_that_an_admin_reversed_gives_no_role_and_pays_nothing_again(play: Play) -> None:
    task = await _order(await _sold(SAILOR), OWNER)
    admin = Actor(MANAGER, "r")
    plan = await reversals.plan(HARBOUR, admin, task.payload["receipt"], "a mistake")
    await reversals.confirm(HARBOUR, admin, plan.id, key="r")
    assert await role_orders.give(current.client(), task) is None
    assert SAILOR not in _roles(play, OWNER)
    assert (await balance(OWNER, HARBOUR), await _refunds()) == (100, 0)


async def test_a_frozen_wallet_gets_its_refund(play: Play) -> None:
    task = await _order(await _sold(SAILOR), STRANGER)
    await corrections.freeze(HARBOUR, Actor(MANAGER, "r"), STRANGER, "")
    assert await role_orders.give(current.client(), task) is not None
    assert await balance(STRANGER, HARBOUR) == 100
