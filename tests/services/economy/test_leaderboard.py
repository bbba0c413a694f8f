"""Places: shared by ties, exact for a thousand, honest about the rest."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from models import Job, StandingMark
from services.core.transactions import rows
from services.economy import leaderboard
from services.economy.leaderboard import EXACT, Rank
from tests.support.bot import ALICE, BOB, CAROL, GUILD, OTHER_GUILD
from tests.support.coins import give


async def _wallets(balances: Iterable[int], guild_id: int = GUILD) -> None:
    """Members 1, 2, … with these balances; without books, because only balances are looked at here."""
    await rows("ALTER TABLE user_economy DISABLE TRIGGER guard_balance")
    await rows(
        "INSERT INTO user_economy (guild_id, kind, user_id, balance)"
        " SELECT $1, 'wallet', n, b FROM unnest($2::bigint[]) WITH ORDINALITY AS w (b, n)",
        guild_id,
        list(balances),
    )
    await rows("ALTER TABLE user_economy ENABLE TRIGGER guard_balance")


async def test_ties_share_a_place_and_the_next_one_comes_after_all_of_them(database: str) -> None:
    await _wallets([50, 70, 50, 10, 50])
    board = await leaderboard.page(GUILD, 4, 1)
    assert [(entry.user_id, entry.rank) for entry in board.entries] == [(2, 1), (1, 2), (3, 2), (5, 2), (4, 5)]
    assert board.own == Rank(10, 5)


async def test_a_tie_across_two_pages_keeps_its_place(database: str) -> None:
    await _wallets([100, *[50] * 20, 7])
    second, third = await leaderboard.page(GUILD, 1, 2), await leaderboard.page(GUILD, 1, 3)
    assert {entry.rank for entry in second.entries} == {2}
    assert [entry.rank for entry in third.entries] == [2, 22]


async def test_who_has_nothing_is_not_listed_and_has_no_place(database: str) -> None:
    await _wallets([0, 5])
    board = await leaderboard.page(GUILD, 1, 1)
    assert [entry.user_id for entry in board.entries] == [2]
    assert board.own is None
    assert (await leaderboard.page(GUILD, 99, 1)).own is None


async def test_an_empty_server_has_one_empty_page(database: str) -> None:
    board = await leaderboard.page(GUILD, ALICE, 1)
    assert (list(board.entries), board.number, board.pages, board.cut) == ([], 1, 1, False)


async def test_a_page_behind_the_last_is_the_last(database: str) -> None:
    await _wallets(range(1, 26))
    board = await leaderboard.page(GUILD, 1, 100)
    assert (board.number, board.pages, len(board.entries)) == (3, 3, 5)


async def test_another_servers_members_are_not_listed(database: str) -> None:
    await give(ALICE, 5)
    await give(BOB, 9, OTHER_GUILD)
    assert [entry.user_id for entry in (await leaderboard.page(GUILD, CAROL, 1)).entries] == [ALICE]


async def test_the_list_ends_at_place_1000_and_says_so(database: str) -> None:
    await _wallets(range(1, EXACT + 1))
    assert not (await leaderboard.page(GUILD, 1, 100)).cut
    await give(ALICE, 5)
    board = await leaderboard.page(GUILD, 1, 100)
    assert board.cut
    assert (board.number, board.pages, board.entries[-1].rank) == (100, 100, 1000)


async def test_before_the_first_measurement_a_far_place_is_only_below_1000(database: str) -> None:
    await _wallets(range(1, EXACT + 500))
    assert await leaderboard.rank(GUILD, 3) == Rank(3, None, about=True)


@pytest.mark.parametrize("spread", [10**9, 3000, 40, 3])
async def test_measured_places_are_right_until_coins_move(database: str, spread: int) -> None:
    luck = random.Random(spread)
    balances = [luck.randint(1, spread) for _ in range(4000)]
    await _wallets(balances)
    await leaderboard.mark(GUILD)
    for balance in [*luck.sample(balances, 60), min(balances), max(balances)]:
        place = 1 + sum(other > balance for other in balances)
        found = await leaderboard.rank(GUILD, balance)
        assert found.rank == place
        assert found.about == (place > EXACT)


async def test_an_old_measurement_is_about_right_and_never_among_the_exact(database: str) -> None:
    await _wallets(range(1, 3001))
    await leaderboard.mark(GUILD)
    await _wallets([5000] * 100, OTHER_GUILD)
    await rows("ALTER TABLE user_economy DISABLE TRIGGER guard_balance")
    await rows(
        "UPDATE user_economy SET guild_id = $1, user_id = user_id + 10000 WHERE guild_id = $2", GUILD, OTHER_GUILD
    )
    await rows("ALTER TABLE user_economy ENABLE TRIGGER guard_balance")
    found = await leaderboard.rank(GUILD, 500)
    assert found.rank is not None
    assert abs(found.rank - 2601) <= 100
    close = await leaderboard.rank(GUILD, 2100)
    assert close.rank is not None
    assert close.rank > EXACT


async def test_only_large_servers_are_measured_and_measuring_again_replaces(database: str) -> None:
    await _wallets(range(1, 1502))
    await _wallets(range(1, 1001), OTHER_GUILD)
    await leaderboard.renew()
    await leaderboard.renew()
    assert [(job.guild_id, job.kind) for job in await Job.all()] == [(GUILD, leaderboard.MARK)]
    for _ in range(2):
        await leaderboard.mark(GUILD)
    marks = await StandingMark.filter(guild_id=GUILD).order_by("place")
    assert [(mark.balance, mark.place) for mark in marks] == [(1002, 500), (502, 1000), (2, 1500), (0, 1502)]
