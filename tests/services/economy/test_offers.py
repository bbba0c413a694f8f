"""Payments that wait for a yes, and requests to be paid: one end for each, whatever happens at once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from models import Job, OfferState
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.errors import Conflict, Forbidden, NotFound
from services.core.transactions import rows
from services.economy import corrections, ledger_audit, offers
from services.economy.ledger import Frozen, NotEnoughCoins
from services.economy.offer_settlement import Offered
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.coins import balance, balances, give, person
from tests.support.rules import rule

ADMIN = Actor(MANAGER, "r")


async def _offered() -> Offered:
    await give(ALICE, 100)
    return await offers.offer(GUILD, person(ALICE), person(BOB), Amount(60), "rent", key="hold")


async def _asked() -> Offered:
    await give(ALICE, 100)
    return await offers.request(GUILD, person(BOB), person(ALICE), Amount(60), "rent")


async def _let_time_pass() -> None:
    await rows("UPDATE offers SET expires_at = $1", datetime.now(UTC) - timedelta(seconds=1))


async def test_an_offer_holds_the_coins_until_they_are_accepted(database: str) -> None:
    made = await _offered()
    assert (await balance(ALICE), await balance(BOB)) == (40, 0)
    ended = await offers.accept(GUILD, made.id, BOB)
    assert (ended.state, ended.coins) == (OfferState.ACCEPTED, 60)
    assert (await balance(ALICE), await balance(BOB)) == (40, 60)
    assert (await balances())["escrow", 0] == 0
    assert await Job.all().count() == 0, "nothing is left to expire"


@pytest.mark.parametrize("who", [ALICE, BOB])
async def test_both_sides_can_decline_and_the_coins_go_back(database: str, who: int) -> None:
    made = await _offered()
    assert (await offers.decline(GUILD, made.id, who)).state == OfferState.DECLINED
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)


async def test_an_asked_person_pays_from_their_wallet(database: str) -> None:
    made = await _asked()
    assert await balance(ALICE) == 100
    await offers.accept(GUILD, made.id, ALICE)
    assert (await balance(ALICE), await balance(BOB)) == (40, 60)


async def test_accept_pressed_many_times_at_once_pays_once(database: str) -> None:
    for made, who in ((await _offered(), BOB), (await _asked(), ALICE)):
        before = await balance(BOB)
        ends = await asyncio.gather(*(offers.accept(GUILD, made.id, who) for _ in range(10)))
        assert {end.state for end in ends} == {OfferState.ACCEPTED}
        assert len({end.number for end in ends}) == 1
        assert await balance(BOB) == before + 60


async def test_accept_decline_and_expiry_at_once_have_one_end(database: str) -> None:
    await give(ALICE, 2000)
    for n in range(20):
        made = await offers.offer(GUILD, person(ALICE), person(BOB), Amount(10), "", key=f"hold:{n}")
        ends = await asyncio.gather(
            offers.accept(GUILD, made.id, BOB),
            offers.decline(GUILD, made.id, ALICE),
            offers.decline(GUILD, made.id, BOB),
            offers.expire(GUILD, made.id),
        )
        assert len({end.state for end in ends}) == 1
    assert await balance(ALICE) + await balance(BOB) == 2000
    assert (await ledger_audit.audit(GUILD)).sound


async def test_only_the_payee_accepts_a_payment_and_only_the_payer_a_request(database: str) -> None:
    made, asked = await _offered(), await _asked()
    for offer_id, who in ((made.id, ALICE), (made.id, CAROL), (asked.id, BOB), (asked.id, CAROL)):
        with pytest.raises(Forbidden):
            await offers.accept(GUILD, offer_id, who)
    with pytest.raises(Forbidden):
        await offers.decline(GUILD, made.id, CAROL)
    assert await balance(BOB) == 0


async def test_an_offer_is_unknown_in_another_server(database: str) -> None:
    made = await _offered()
    with pytest.raises(NotFound):
        await offers.accept(OTHER_GUILD, made.id, BOB)


async def test_accepting_too_late_gives_the_coins_back(database: str) -> None:
    made = await _offered()
    await _let_time_pass()
    assert (await offers.accept(GUILD, made.id, BOB)).state == OfferState.EXPIRED
    assert (await balance(ALICE), await balance(BOB)) == (100, 0)


async def test_what_nobody_answered_expires_once(database: str) -> None:
    made = await _offered()
    for _ in range(2):
        assert (await offers.expire(GUILD, made.id)).state == OfferState.EXPIRED
    assert await balance(ALICE) == 100


async def test_the_first_end_stays_with_its_receipt(database: str) -> None:
    made = await _offered()
    first = await offers.accept(GUILD, made.id, BOB)
    assert await offers.decline(GUILD, made.id, ALICE) == first
    assert await offers.expire(GUILD, made.id) == first


async def test_one_open_request_for_each_pair(database: str) -> None:
    made = await _asked()
    with pytest.raises(Conflict):
        await _asked()
    await offers.request(GUILD, person(CAROL), person(ALICE), Amount(5), "")
    await offers.decline(GUILD, made.id, BOB)
    await _asked()
    await _let_time_pass()
    await _asked()


async def test_requests_at_once_leave_one_open(database: str) -> None:
    asked = (offers.request(GUILD, person(BOB), person(ALICE), Amount(5), "") for _ in range(8))
    made = await asyncio.gather(*asked, return_exceptions=True)
    assert sum(isinstance(one, Offered) for one in made) == 1
    assert all(isinstance(one, Offered | Conflict) for one in made)


async def test_a_request_can_be_paid_later_if_the_coins_are_missing_now(database: str) -> None:
    made = await _asked()
    await corrections.take(GUILD, ADMIN, ALICE, Amount(90), "", key="take")
    with pytest.raises(NotEnoughCoins):
        await offers.accept(GUILD, made.id, ALICE)
    await give(ALICE, 90)
    assert (await offers.accept(GUILD, made.id, ALICE)).state == OfferState.ACCEPTED


async def test_a_frozen_payee_gets_nothing_but_a_frozen_payer_gets_held_coins_back(database: str) -> None:
    made = await _offered()
    await corrections.freeze(GUILD, ADMIN, BOB, "")
    with pytest.raises(Frozen):
        await offers.accept(GUILD, made.id, BOB)
    await corrections.freeze(GUILD, ADMIN, ALICE, "")
    await offers.decline(GUILD, made.id, BOB)
    assert await balance(ALICE) == 100


async def test_a_fee_is_kept_back_when_coins_are_accepted(database: str) -> None:
    await rule(GUILD, fee_percent=10)
    made = await _offered()
    ended = await offers.accept(GUILD, made.id, BOB)
    assert ended.fee == 6
    assert (await balance(BOB), (await balances())["sink", 0]) == (54, 6)
    await rule(GUILD, fee_percent=0)
    assert await offers.accept(GUILD, made.id, BOB) == ended, "the fee of then"


@pytest.mark.parametrize("kind", ["payment", "request"])
async def test_nothing_that_a_frozen_payer_offered_or_was_asked_for_is_paid_until_they_are_let_go(
    database: str, kind: str
) -> None:
    made = await (_offered() if kind == "payment" else _asked())
    taker = BOB if kind == "payment" else ALICE
    await corrections.freeze(GUILD, ADMIN, ALICE, "")
    with pytest.raises(Frozen) as refused:
        await offers.accept(GUILD, made.id, taker)
    assert refused.value.text.params["member"] == str(ALICE)
    assert await balance(BOB) == 0
    await corrections.unfreeze(GUILD, ADMIN, ALICE, "")
    assert (await offers.accept(GUILD, made.id, taker)).state == OfferState.ACCEPTED
    assert await balance(BOB) == 60
