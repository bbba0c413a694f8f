"""Bets: one transfer each, never more than allowed, never out of nothing."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from models import AccountKind
from services.core.amounts import LARGEST, Amount
from services.core.errors import UserError
from services.core.transactions import rows
from services.economy import corrections, ledger, ledger_audit
from services.economy.ledger import Frozen
from services.games import bets as games
from services.games import draws
from services.games.bets import SLOTS, BetRefused, BetResult, Game
from services.games.draws import Side
from tests.support.bot import ALICE, GUILD, OTHER_GUILD
from tests.support.coins import balance, balances, give
from tests.support.rules import rule
from tests.support.wares import ADMIN


def _rigged(pays: int) -> Game:
    return Game("coinflip", "heads", 2, lambda: BetResult("heads" if pays else "tails", pays))


async def test_a_bet_is_one_transfer_with_its_outcome(database: str) -> None:
    await give(ALICE, 1000)
    won = await games.bet(GUILD, ALICE, _rigged(2), Amount(100), key="w")
    lost = await games.bet(GUILD, ALICE, _rigged(0), Amount(50), key="l")
    assert (won.payout, won.balance, lost.payout, lost.balance) == (200, 1100, 0, 1050)
    assert ((await balances())["sink", 0], (await balances())["mint", 0]) == (150, -1200)
    stored = await rows("SELECT id, kind, details FROM transfers WHERE kind = 'bet' ORDER BY id")
    assert [row["id"] for row in stored] == [won.number, lost.number]
    assert orjson.loads(stored[1]["details"]) == {
        "game": "coinflip",
        "choice": "heads",
        "fell": "tails",
        "stake": 50,
        "payout": 0,
    }


async def test_many_bets_at_once_leave_sound_books_and_nobody_in_debt(database: str) -> None:
    people = range(1000, 1010)
    for person in people:
        await give(person, 10_000)
    kinds = [games.coinflip(Side.TAILS), games.dice(3), SLOTS]
    bets = [
        games.bet(GUILD, person, kinds[n % 3], Amount(None), key=f"{person}:{n}")
        for person in people
        for n in range(12)
    ]
    outcomes = await asyncio.gather(*bets)
    for person in people:
        mine = [outcome for outcome in outcomes if await _whose(outcome.number) == person]
        assert await balance(person) == 10_000 + sum(outcome.payout - outcome.stake for outcome in mine) >= 0
    assert all(outcome.payout == outcome.stake * outcome.fall.pays for outcome in outcomes)
    found = await ledger_audit.audit(GUILD)
    assert found.sound
    assert found.burned == sum(outcome.stake for outcome in outcomes)
    assert found.minted == 100_000 + sum(outcome.payout for outcome in outcomes)


async def _whose(number: int) -> int:
    (row,) = await rows("SELECT actor_id FROM transfers WHERE id = $1", number)
    return int(row["actor_id"])


async def test_all_is_the_largest_bet_and_half_is_half_of_it(database: str) -> None:
    await give(ALICE, 1005)
    assert (await games.bet(GUILD, ALICE, _rigged(0), Amount(None), key="a")).stake == 100
    assert (await games.bet(GUILD, ALICE, _rigged(0), Amount(None, share=2), key="b")).stake == 45


@pytest.mark.parametrize(("changes", "most"), [({}, 100), ({"bet_most": 30}, 30), ({"bet_percent": 100}, 1000)])
async def test_more_than_the_server_allows_is_refused(database: str, changes: dict[str, object], most: int) -> None:
    await give(ALICE, 1000)
    await rule(GUILD, **changes)
    with pytest.raises(BetRefused):
        await games.bet(GUILD, ALICE, _rigged(2), Amount(most + 1), key="b")
    assert await balance(ALICE) == 1000
    assert await games.allowed(GUILD, ALICE, _rigged(2)) == most
    await games.bet(GUILD, ALICE, _rigged(2), Amount(most), key="c")


async def test_many_bets_at_once_each_keep_to_the_share_of_what_is_left(database: str) -> None:
    await give(ALICE, 1000)
    bets = [games.bet(GUILD, ALICE, _rigged(0), Amount(100), key=f"b{n}") for n in range(20)]
    ends = await asyncio.gather(*bets, return_exceptions=True)
    assert sum(isinstance(end, BetRefused) for end in ends) == 19
    assert await balance(ALICE) == 900


@pytest.mark.parametrize("coins", [0, 9])
async def test_too_few_coins_for_any_bet_say_how_many_it_takes(database: str, coins: int) -> None:
    if coins:
        await give(ALICE, coins)
    with pytest.raises(BetRefused) as refused:
        await games.bet(GUILD, ALICE, SLOTS, Amount(None), key="b")
    assert "at least 10" in str(refused.value.text)


async def test_a_server_without_betting_takes_no_bet(database: str) -> None:
    await give(ALICE, 1000)
    await rule(GUILD, betting=False)
    with pytest.raises(BetRefused):
        await games.bet(GUILD, ALICE, SLOTS, Amount(1), key="b")
    assert await games.allowed(GUILD, ALICE, SLOTS) == 0
    await give(ALICE, 1000, OTHER_GUILD)
    await games.bet(OTHER_GUILD, ALICE, SLOTS, Amount(1), key="b")


async def test_a_frozen_wallet_bets_nothing(database: str) -> None:
    await give(ALICE, 1000)
    await corrections.freeze(GUILD, ADMIN, ALICE, "")
    with pytest.raises(Frozen):
        await games.bet(GUILD, ALICE, _rigged(2), Amount(1), key="b")
    assert await balance(ALICE) == 1000


@pytest.mark.parametrize("coins", [0, -1, -(10**12), 10**12 + 1])
async def test_a_stake_that_is_none_is_refused_whatever_the_draw(database: str, coins: int) -> None:
    await give(ALICE, 1000)
    for pays in (0, 2):
        with pytest.raises(UserError):
            await games.bet(GUILD, ALICE, _rigged(pays), Amount(coins), key=f"b{pays}")
    assert await balance(ALICE) == 1000


async def test_the_richest_can_always_be_paid_the_jackpot(database: str) -> None:
    for _ in range(3):
        await give(ALICE, LARGEST)
    await rule(GUILD, bet_percent=100)
    jackpot = Game("slots", "", draws.SLOTS_PAY, lambda: BetResult("💎💎💎", draws.SLOTS_PAY))
    made = await games.bet(GUILD, ALICE, jackpot, Amount(None), key="b")
    assert made.payout == LARGEST
    assert (await ledger.transfer(GUILD, ALICE, AccountKind.SINK, 1, key="k", kind="take", actor_id=0)).balances
