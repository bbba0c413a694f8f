"""Lists of members: each one once, in the order that was asked for, and nobody of another server."""

from __future__ import annotations

import asyncio
import random
import time

import pytest

from services import analytics, directory, profiles
from services.analytics.profile import RECENT
from services.analytics.usage import Recorder, Use
from services.core.cursors import BadCursor
from services.core.errors import NotFound
from services.core.transactions import rows
from services.directory import Sort
from services.directory.members import NoSuchOrder
from services.economy.profile import COINS
from tests.support.bot import ALICE, BOB, GUILD, OTHER_GUILD
from tests.support.coins import give

pytestmark = pytest.mark.usefixtures("database")


async def _seen(user_id: int, name: str, at: float = 0.0, guild_id: int = GUILD) -> None:
    recorder = Recorder()
    recorder.add(Use(guild_id, user_id, name, None, "daily", 5, "answered", at or time.time()))
    await recorder.flush()
    assert not recorder.waiting


async def _all(sort: Sort, limit: int, search: str = "") -> list[directory.Member]:
    found: list[directory.Member] = []
    after: str | None = None
    while True:
        page = await directory.members(GUILD, sort=sort, search=search, after=after, limit=limit)
        assert len(page.members) <= limit
        found += page.members
        if page.next is None:
            return found
        after = page.next


async def _crowd(count: int) -> random.Random:
    """Members with names, balances and times of which many are the same."""
    luck = random.Random(count)
    now = int(time.time())
    for user_id in range(1, count + 1):
        await _seen(user_id, f"n{luck.randint(1, 9)}", now - luck.randint(0, 5))
        if coins := luck.randint(0, 3):
            await give(user_id, coins)
    await _seen(ALICE, "n1", now, OTHER_GUILD)
    await give(BOB, 2, OTHER_GUILD)
    return luck


@pytest.mark.parametrize("limit", [1, 7, 100])
async def test_pages_of_any_size_show_everyone_once_and_in_order(limit: int) -> None:
    await _crowd(40)
    by_name = await _all(Sort.NAME, limit)
    assert [one.user_id for one in by_name] == [
        one.user_id for one in sorted(by_name, key=lambda one: (one.username, one.user_id))
    ]
    by_seen = await _all(Sort.SEEN, limit)
    assert [one.last_seen_at for one in by_seen] == sorted(
        filter(None, (one.last_seen_at for one in by_seen)), reverse=True
    )
    assert {one.user_id for one in by_name} == {one.user_id for one in by_seen} == set(range(1, 41))
    by_balance = await _all(Sort.BALANCE, limit)
    assert [(-one.balance, one.user_id) for one in by_balance] == sorted(
        (-one.balance, one.user_id) for one in by_balance
    )
    assert {one.user_id for one in by_balance} == {one.user_id for one in by_name if one.balance}


async def test_a_search_finds_how_names_begin_whatever_the_case() -> None:
    for user_id, name in enumerate(("anna", "ann", "Annika", "bann", "an%na", "ünn"), 1):
        await _seen(user_id, name)
    assert [one.username for one in await _all(Sort.NAME, 2, "ANN")] == ["ann", "anna", "Annika"]
    assert [one.username for one in await _all(Sort.NAME, 2, "an%")] == ["an%na"]
    assert [one.username for one in await _all(Sort.NAME, 2, "ü")] == ["ünn"]
    assert await _all(Sort.NAME, 2, "nn") == []


async def test_an_id_finds_its_member_here_and_nobody_elsewhere() -> None:
    await _seen(ALICE, "alice")
    await _seen(BOB, "bob", guild_id=OTHER_GUILD)
    assert [one.username for one in await _all(Sort.NAME, 5, str(ALICE))] == ["alice"]
    assert await _all(Sort.NAME, 5, str(BOB)) == []


async def test_a_search_has_no_other_order() -> None:
    with pytest.raises(NoSuchOrder):
        await directory.members(GUILD, sort=Sort.SEEN, search="a")


async def test_a_new_name_is_found_in_every_server_and_the_old_one_nowhere() -> None:
    await _seen(ALICE, "alice")
    await _seen(ALICE, "alice", guild_id=OTHER_GUILD)
    await _seen(ALICE, "wonder", guild_id=OTHER_GUILD)
    assert [one.user_id for one in await _all(Sort.NAME, 5, "wonder")] == [ALICE]
    assert await _all(Sort.NAME, 5, "alice") == []


async def test_who_was_given_coins_is_a_member_before_their_first_command() -> None:
    await give(BOB, 5)
    (found,) = await _all(Sort.NAME, 5)
    assert (found.user_id, found.username, found.balance, found.last_seen_at) == (BOB, "", 5, None)
    assert [one.user_id for one in await _all(Sort.SEEN, 5)] == [BOB]
    await _seen(BOB, "bob")
    assert [one.user_id for one in await _all(Sort.NAME, 5, "bo")] == [BOB]


@pytest.mark.parametrize("sort", Sort)
async def test_a_cursor_that_we_never_gave_is_refused_and_breaks_nothing(sort: Sort) -> None:
    luck = await _crowd(5)
    first = await directory.members(GUILD, sort=sort, limit=1)
    assert first.next is not None
    for other in Sort:
        if other is not sort:
            with pytest.raises(BadCursor):
                await directory.members(GUILD, sort=other, after=first.next)
    for _ in range(500):
        letters = list(first.next)
        for _ in range(luck.randint(1, 4)):
            letters[luck.randrange(len(letters))] = chr(luck.randint(33, 126))
        try:
            await directory.members(GUILD, sort=sort, after="".join(letters))
        except BadCursor:
            continue
    for nonsense in ("", "e30", "W10", "WyJuYW1lIiwiYSIsIi0xIl0", "x" * 200, "é"):
        if nonsense:
            with pytest.raises(BadCursor):
                await directory.members(GUILD, sort=sort, after=nonsense)


async def test_a_profile_shows_what_a_member_has_and_did_here_only() -> None:
    await _seen(ALICE, "alice")
    await _seen(ALICE, "alice", guild_id=OTHER_GUILD)
    await give(ALICE, 40)
    found = await profiles.of(GUILD, ALICE)
    assert (found.member.username, found[COINS].account.balance, found.stats.balance) == ("alice", 40, 40)
    assert [use.command for use in found[RECENT]] == ["daily"]
    rank = found[COINS].rank
    assert rank is not None
    assert rank.rank == 1


async def test_ones_own_figures_tell_of_every_server() -> None:
    await _seen(ALICE, "alice")
    await _seen(ALICE, "alice")
    await _seen(ALICE, "alice", time.time() + 1, guild_id=OTHER_GUILD)
    await _seen(BOB, "bob")
    await analytics.count()
    found = await profiles.stats(ALICE)
    assert [(one.guild_id, one.uses, one.active_days) for one in found] == [(OTHER_GUILD, 1, 1), (GUILD, 2, 1)]


async def test_a_stranger_has_no_profile() -> None:
    with pytest.raises(NotFound):
        await profiles.of(GUILD, ALICE)


async def test_names_stay_right_while_members_are_met_and_renamed_at_once() -> None:
    async def meet(seed: int) -> None:
        luck = random.Random(seed)
        for _ in range(15):
            recorder = Recorder()
            for _ in range(10):
                user_id = luck.randint(1, 12)
                use = Use(
                    luck.choice((GUILD, OTHER_GUILD)), user_id, f"n{luck.randint(1, 99)}", None, "x", 1, "answered", 1.0
                )
                recorder.add(use)
            await recorder.flush()
            assert not recorder.waiting

    async def pay(seed: int) -> None:
        luck = random.Random(seed)
        for _ in range(10):
            await give(luck.randint(1, 14), 1)

    await asyncio.gather(*(meet(seed) for seed in range(3)), *(pay(seed) for seed in range(3)))
    for user_id in range(1, 13):
        await _seen(user_id, f"last{user_id}")
    named = await rows("SELECT user_id, name FROM user_guild_data WHERE guild_id = $1 AND user_id < 13", GUILD)
    assert {row["user_id"]: row["name"] for row in named} == {n: f"last{n}" for n in range(1, 13)}


async def _named(user_id: int, username: str, display_name: str | None, nickname: str | None) -> None:
    recorder = Recorder()
    recorder.add(Use(GUILD, user_id, username, None, "daily", 5, "answered", time.time(), display_name, nickname))
    await recorder.flush()
    assert not recorder.waiting


@pytest.mark.parametrize("limit", [1, 2, 50])
async def test_members_are_found_by_any_of_their_names_once_and_in_order(limit: int) -> None:
    await _named(1, "zed", "Ana Silva", "Captain")
    await _named(2, "ana.b", None, None)
    await _named(3, "bob", "Bob", "ANA the second")
    await _named(4, "anatol", "Anatol", "Ana")
    await _named(5, "carl", "Carl", "Susana")
    found = await _all(Sort.NAME, limit, "ANA")
    assert [one.user_id for one in found] == [2, 4, 3, 1]
    assert [one.user_id for one in await _all(Sort.NAME, limit, "capt")] == [1]
    assert [one.user_id for one in await _all(Sort.NAME, limit, "ana s")] == [1]
    assert await _all(Sort.NAME, limit, "nobody") == []


async def test_a_name_that_was_changed_or_given_up_finds_nobody() -> None:
    await _named(1, "zed", "Old", "Older")
    await _named(1, "zed", "New", None)
    assert [one.user_id for one in await _all(Sort.NAME, 5, "new")] == [1]
    assert await _all(Sort.NAME, 5, "old") == []


async def test_a_name_that_is_too_long_is_found_by_its_beginning() -> None:
    await _named(1, "zed", "x" * 80, "İ" * 32)
    assert len(await _all(Sort.NAME, 5, "xxx")) == 1
    assert len(await _all(Sort.NAME, 5, "İİİ")) == 1
