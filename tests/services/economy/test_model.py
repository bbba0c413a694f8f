"""Random histories of the economy, compared step by step with a model that fits on one page."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from models import OfferState
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.errors import UserError
from services.economy import corrections, earnings, ledger_audit, offers, payments, reversals
from services.economy.offer_settlement import REQUEST, Offered
from services.economy.reversals import Plan
from tests.services.economy.model import PEOPLE, Model, party_name
from tests.support import rules
from tests.support.bot import MANAGER
from tests.support.coins import balances, person

T = TypeVar("T")
ADMIN = Actor(MANAGER, "r")
WAGE = 40  # no luck here: hypothesis must be able to run a history again
START = datetime(2025, 1, 1, 12, tzinfo=UTC)

people = st.sampled_from(PEOPLE)
amounts = st.one_of(
    st.integers(1, 400).map(Amount),
    st.sampled_from([Amount(1), Amount(None), Amount(None, share=2), Amount(10**12)]),
)
_guilds = itertools.count(10**6)


class Economy(RuleBasedStateMachine):
    """Every service that moves coins, in any order, by anybody."""

    loop: asyncio.AbstractEventLoop
    made, numbers, plans = Bundle("made"), Bundle("numbers"), Bundle("plans")

    def __init__(self) -> None:
        super().__init__()
        self.guild, self.keys = next(_guilds), itertools.count()
        self.now = START
        self.paid_days: set[tuple[int, object]] = set()
        self.worked: dict[int, datetime] = {}

    def run_(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(20)

    def attempt(self, work: Coroutine[Any, Any, T], *, allowed: bool) -> T | None:
        """Do it; it must succeed exactly if the model says so."""
        if not allowed:
            with pytest.raises(UserError):
                self.run_(work)
            return None
        return self.run_(work)

    @property
    def key(self) -> str:
        return f"key:{next(self.keys)}"

    @initialize(fee=st.sampled_from([0, 0, 10, 33]))
    def begin(self, fee: int) -> None:
        self.model = Model(fee)
        self.run_(rules.rule(self.guild, fee_percent=fee, work_least=WAGE, work_most=WAGE))
        for who in PEOPLE[:2]:
            self.grant(who, 500)

    @rule(hours=st.sampled_from([1, 7, 26]))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(target=numbers, who=people)
    def daily(self, who: int) -> Any:
        today = (who, self.now.date())
        allowed = today not in self.paid_days and who not in self.model.frozen
        pay = self.attempt(earnings.daily(self.guild, who, key=self.key, now=self.now), allowed=allowed)
        if pay is None:
            return multiple()
        assert 200 <= pay.coins <= 400
        self.paid_days.add(today)
        return self.model.mint(pay.number, who, pay.coins)

    @rule(target=numbers, who=people)
    def work(self, who: int) -> Any:
        rested = who not in self.worked or self.worked[who] + timedelta(hours=1) <= self.now
        allowed = rested and who not in self.model.frozen
        pay = self.attempt(earnings.work(self.guild, who, key=self.key, now=self.now), allowed=allowed)
        if pay is None:
            return multiple()
        assert pay.coins == WAGE
        self.worked[who] = self.now
        return self.model.mint(pay.number, who, pay.coins)

    @rule(target=numbers, who=people, coins=st.integers(1, 500))
    def grant(self, who: int, coins: int) -> int:
        made = self.run_(corrections.grant(self.guild, ADMIN, person(who), coins, "", key=self.key))
        return self.model.mint(made.number, who, coins)

    @rule(target=numbers, who=people, amount=amounts)
    def take(self, who: int, amount: Amount) -> Any:
        coins = self.model.coins(who, amount)
        allowed = 1 <= coins <= self.model.has[who]
        made = self.attempt(corrections.take(self.guild, ADMIN, who, amount, "", key=self.key), allowed=allowed)
        if made is None:
            return multiple()
        return self.model.burn(made.number, who, coins)

    @rule(target=numbers, payer=people, payee=people, amount=amounts)
    def pay(self, payer: int, payee: int, amount: Amount) -> Any:
        coins = self.model.coins(payer, amount)
        allowed = payer != payee and self.model.can_move(payer, payee, coins)
        work = payments.pay(self.guild, person(payer), person(payee), amount, "", key=self.key)
        paid = self.attempt(work, allowed=allowed)
        if paid is None:
            return multiple()
        self.model.pay(paid.number, payer, payee, coins, payer=payer)
        return paid.number

    @rule(target=made, payer=people, payee=people, amount=amounts)
    def offer(self, payer: int, payee: int, amount: Amount) -> Any:
        coins = self.model.coins(payer, amount)
        allowed = payer != payee and payer not in self.model.frozen and 1 <= coins <= self.model.has[payer]
        work = offers.offer(self.guild, person(payer), person(payee), amount, "", key=self.key)
        made = self.attempt(work, allowed=allowed)
        if made is None:
            return multiple()
        self.model.set_aside(made, payer, coins)
        return made

    @rule(target=made, payer=people, payee=people, coins=st.integers(1, 400))
    def request(self, payer: int, payee: int, coins: int) -> Any:
        pairs = {(one.payer_id, one.payee_id) for one in self.model.open.values() if one.kind == REQUEST}
        allowed = payer != payee and (payer, payee) not in pairs
        work = offers.request(self.guild, person(payee), person(payer), Amount(coins), "")
        made = self.attempt(work, allowed=allowed)
        if made is None:
            return multiple()
        self.model.open[made.id] = made
        return made

    @rule(target=numbers, made=made, who=people)
    def accept(self, made: Offered, who: int) -> Any:
        asked = made.kind == REQUEST
        right = who == (made.payer_id if asked else made.payee_id)
        source = made.payer_id if asked else None
        runs = made.payer_id not in self.model.frozen and self.model.can_move(source, made.payee_id, made.coins)
        can = made.id not in self.model.open or runs
        end = self.attempt(offers.accept(self.guild, made.id, who), allowed=right and can)
        if end is None or not self.model.ends(end, OfferState.ACCEPTED):
            return multiple()
        assert end.number
        self.model.pay(end.number, source, made.payee_id, made.coins, payer=made.payer_id)
        return end.number

    @rule(made=made, who=people)
    def decline(self, made: Offered, who: int) -> None:
        allowed = who in (made.payer_id, made.payee_id)
        end = self.attempt(offers.decline(self.guild, made.id, who), allowed=allowed)
        if end and self.model.ends(end, OfferState.DECLINED):
            self.model.give_back(end)

    @rule(made=made)
    def expire(self, made: Offered) -> None:
        end = self.run_(offers.expire(self.guild, made.id))
        if self.model.ends(end, OfferState.EXPIRED):
            self.model.give_back(end)

    @rule(who=people, stop=st.booleans())
    def freeze(self, who: int, stop: bool) -> None:
        act = corrections.freeze if stop else corrections.unfreeze
        allowed = (who in self.model.frozen) != stop
        self.attempt(act(self.guild, ADMIN, who, ""), allowed=allowed)
        (self.model.frozen.add if stop else self.model.frozen.discard)(who)

    @rule(target=plans, number=numbers)
    def plan(self, number: int) -> Any:
        legs = self.model.legs[number]
        gained = {party: coins for party, coins in legs.items() if coins > 0}
        there = sum(min(coins, self.model.held_by(party)) for party, coins in gained.items())
        allowed = number not in self.model.reversed and there > 0
        plan = self.attempt(reversals.plan(self.guild, ADMIN, number, ""), allowed=allowed)
        if plan is None:
            return multiple()
        owed = -sum(coins for coins in legs.values() if coins < 0)
        assert (plan.coins, plan.missing) == (there, owed - there)
        for change in plan.changes:
            full = -legs[party_name(change.party)]
            assert 0 < change.amount <= full or full <= change.amount < 0
        return plan

    @rule(target=numbers, plan=plans)
    def confirm(self, plan: Plan) -> Any:
        moves = {party_name(change.party): change.amount for change in plan.changes}
        covered = all(self.model.held_by(party) + amount >= 0 for party, amount in moves.items())
        allowed = plan.number not in self.model.reversed and covered
        work = reversals.confirm(self.guild, ADMIN, plan.id, key=self.key)
        done = self.attempt(work, allowed=allowed)
        if done is None:
            return multiple()
        for party, amount in moves.items():
            self.model.change(party, amount)
        self.model.reversed.add(plan.number)
        self.model.legs[done.number] = moves
        return done.number

    @rule(number=st.integers(0, 3))
    def what_only_set_aside_is_not_reversed(self, number: int) -> None:
        for held in sorted(self.model.held)[number : number + 1]:
            self.attempt(reversals.plan(self.guild, ADMIN, held, ""), allowed=False)

    @invariant()
    def the_books_say_what_the_model_says(self) -> None:
        there = self.run_(balances(self.guild))
        assert {who: there.get(("wallet", who), 0) for who in PEOPLE} == self.model.has
        assert there.get(("escrow", 0), 0) == self.model.escrow
        assert -there.get(("mint", 0), 0) == self.model.minted
        assert there.get(("sink", 0), 0) == self.model.burned
        assert sum(there.values()) == 0

    def teardown(self) -> None:
        assert self.run_(ledger_audit.audit(self.guild)).sound


@pytest.mark.timeout(1800)
async def test_no_history_of_the_economy_differs_from_the_model(database: str, full: bool) -> None:
    Economy.loop = asyncio.get_running_loop()
    how = settings(
        max_examples=2000 if full else 200,
        stateful_step_count=40,
        suppress_health_check=list(HealthCheck),
    )
    await asyncio.to_thread(run_state_machine_as_test, Economy, settings=how)
