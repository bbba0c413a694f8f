"""The model of the economy that random histories are compared with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from models import OfferState
from services.core.amounts import Amount
from services.economy.offer_settlement import PAYMENT, Offered
from tests.support.bot import ALICE

PEOPLE = [ALICE, ALICE + 1, ALICE + 2]


@dataclass
class Model:
    """What should be the case: who has what, who is stopped, what waits, what was undone."""

    fee: int
    has: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PEOPLE, 0))
    minted: int = 0
    burned: int = 0
    frozen: set[int] = field(default_factory=set)
    open: dict[int, Offered] = field(default_factory=dict)
    ended: dict[int, OfferState] = field(default_factory=dict)
    reversed: set[int] = field(default_factory=set)
    legs: dict[int, dict[Any, int]] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)

    def coins(self, who: int, amount: Amount) -> int:
        return amount.coins if amount.coins is not None else self.has[who] // amount.share

    def can_move(self, source: int | None, target: int, coins: int) -> bool:
        stopped = {source, target} & self.frozen
        return not stopped and coins >= 1 and (source is None or self.has[source] >= coins)

    def pay(self, number: int, source: int | None, target: int, coins: int, *, payer: int) -> None:
        fee = coins * self.fee // 100
        if source is not None:
            self.has[source] -= coins
        self.has[target] += coins - fee
        self.burned += fee
        self.legs[number] = {payer: -coins, target: coins - fee, "sink": fee}

    @property
    def escrow(self) -> int:
        return sum(made.coins for made in self.open.values() if made.kind == PAYMENT)

    def mint(self, number: int, who: int, coins: int) -> int:
        self.has[who] += coins
        self.minted += coins
        self.legs[number] = {"mint": -coins, who: coins}
        return number

    def burn(self, number: int, who: int, coins: int) -> int:
        self.has[who] -= coins
        self.burned += coins
        self.legs[number] = {who: -coins, "sink": coins}
        return number

    def set_aside(self, made: Offered, payer: int, coins: int) -> None:
        self.has[payer] -= coins
        self.open[made.id] = made
        assert made.number
        self.held.add(made.number)

    def ends(self, end: Offered, state: OfferState) -> bool:
        """Whether this ended it; what ended before stays as it was."""
        if self.open.pop(end.id, None) is None:
            assert end.state == self.ended[end.id]
            return False
        assert end.state == state
        self.ended[end.id] = state
        return True

    def give_back(self, end: Offered) -> None:
        if end.kind == PAYMENT:
            self.has[end.payer_id] += end.coins

    def held_by(self, party: int | str) -> int:
        if isinstance(party, int):
            return self.has[party]
        return self.burned if party == "sink" else 10**15

    def change(self, party: int | str, amount: int) -> None:
        if isinstance(party, int):
            self.has[party] += amount
        elif party == "sink":
            self.burned += amount
        else:
            self.minted -= amount


def party_name(party: Any) -> int | str:
    return party if isinstance(party, int) else str(party)
