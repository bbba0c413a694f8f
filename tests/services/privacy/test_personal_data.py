"""What we know about people: every column is tagged, and who is erased leaves no trace."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from services.core import areas, store
from services.core.errors import Conflict, NotFound
from services.core.tags import NOBODY, Holds, OnErasure
from services.core.transactions import rows
from services.economy import corrections, earnings, ledger_audit
from services.moderation import verification
from services.privacy import erasing, erasure, purge
from tests.services.privacy.alices_life import CANARY, admin, live
from tests.support.bot import ALICE, BOB, GUILD, MANAGER, OTHER_GUILD
from tests.support.coins import person

pytestmark = pytest.mark.usefixtures("keys")

LATER = datetime.now(UTC) - timedelta(hours=25)  # when she asked, for a wish that is due

_COLUMNS = """
SELECT table_name, column_name FROM information_schema.columns
 WHERE table_schema = 'public' AND table_name <> 'tortoise_migrations'"""


async def test_every_column_is_tagged_and_every_tag_has_its_column(database: str) -> None:
    there = {(row["table_name"], row["column_name"]) for row in await rows(_COLUMNS)}
    tagged = {(name, column) for name, table in areas.tables().items() for column in table.columns}
    assert (there - tagged, tagged - there) == (set(), set())


async def test_each_table_that_names_people_says_what_erasure_does(database: str) -> None:
    silent = [
        (name, column)
        for name, table in areas.tables().items()
        for column, tag in table.columns.items()
        if tag.holds in (Holds.PERSON, Holds.MENTIONS) and tag.fate is OnErasure.STAYS
    ]
    assert silent == []


async def test_who_is_erased_is_nowhere_any_more_and_the_books_are_sound(database: str) -> None:
    await live()
    store.use(redis := await _redis())
    before = await ledger_audit.audit(GUILD)
    wish = await erasure.request(ALICE, now=LATER)
    assert await erasing.run(wish.id)
    assert await _traces(str(ALICE), "alice", CANARY) == []
    assert [key async for key in redis.scan_iter(match=f"*{ALICE}*")] == []
    after = await ledger_audit.audit(GUILD)
    assert (before.sound, after.sound) == (True, True)
    assert after.minted == before.minted
    assert after.burned == before.burned + 480  # what she had, with what she had set aside
    assert await ledger_balance(BOB) == 20
    assert (await ledger_audit.audit(OTHER_GUILD)).sound
    assert (await verification.verify(GUILD)).sound
    assert await erasing.run(wish.id) is False
    store.use(None)


async def test_who_comes_back_starts_from_nothing(database: str) -> None:
    await live()
    wish = await erasure.request(ALICE, now=LATER)
    await erasing.run(wish.id)
    await earnings.daily(GUILD, ALICE, key="again")
    (wallet,) = await rows("SELECT balance, daily_streak FROM user_economy WHERE user_id = $1", ALICE)
    assert (wallet["balance"], wallet["daily_streak"]) == (250, 1)
    assert (await ledger_audit.audit(GUILD)).sound


async def test_nobody_is_erased_before_the_day_is_over_or_after_a_change_of_mind(database: str) -> None:
    await live()
    wish = await erasure.request(ALICE)
    assert (await erasure.request(ALICE)).id == wish.id
    with pytest.raises(Conflict):
        await erasing.run(wish.id)
    await erasure.cancel(ALICE)
    assert await erasing.run(wish.id) is False
    with pytest.raises(NotFound):
        await erasure.cancel(ALICE)
    assert await rows("SELECT FROM users WHERE discord_id = $1", ALICE)
    assert await rows("SELECT FROM jobs WHERE kind = $1", erasure.JOB) == []


async def test_two_runs_at_once_and_one_cut_short_end_as_one(database: str) -> None:
    await live()
    wish = await erasure.request(ALICE, now=LATER)
    await asyncio.gather(erasing.run(wish.id), erasing.run(wish.id))
    assert await _traces(str(ALICE), "alice", CANARY) == []
    assert (await ledger_audit.audit(GUILD)).sound
    (done,) = await rows("SELECT user_id, done_at FROM erasures")
    assert (done["user_id"], done["done_at"] is not None) == (NOBODY, True)
    assert len(await rows("SELECT FROM audit_log WHERE action = 'erasure.done'")) == 1


async def test_what_others_wrote_about_them_names_them_no_more_either(database: str) -> None:
    await live()
    await corrections.grant(GUILD, admin(MANAGER), person(BOB), 5, f"for helping <@{ALICE}>", key="helped")
    wish = await erasure.request(ALICE, now=LATER)
    await erasing.run(wish.id)
    assert await _traces(str(ALICE)) == []
    assert (await ledger_audit.audit(GUILD)).sound


async def test_once_it_has_begun_nobody_is_told_that_it_was_cancelled(database: str) -> None:
    await live()
    wish = await erasure.request(ALICE, now=LATER)
    await rows("UPDATE erasures SET begun_at = now()")
    with pytest.raises(Conflict):
        await erasure.cancel(ALICE)
    assert await erasing.run(wish.id)


async def test_coins_that_somebody_offers_meanwhile_are_not_lost(database: str) -> None:
    await live()
    statement = areas.tables()["offers"].erase[0]
    await rows(statement, ALICE, 0, 1000)
    (offer,) = await rows("SELECT state FROM offers WHERE payer_id = $1", ALICE)
    assert offer["state"] == "open"


async def test_a_server_that_left_is_forgotten_after_a_month_and_no_sooner(database: str) -> None:
    await live()
    await rows("UPDATE guilds SET left_at = now() - interval '29 days' WHERE discord_id = $1", GUILD)
    assert await purge.long_gone() == 0
    await rows("UPDATE guilds SET left_at = now() - interval '31 days' WHERE discord_id = $1", GUILD)
    assert await purge.long_gone() == 1
    left = {
        name: len(await rows(f"SELECT FROM {name} WHERE guild_id = $1", GUILD))
        for name, table in areas.tables().items()
        if "guild_id" in table.columns and name != "live_events"
    }
    assert {name: count for name, count in left.items() if count} == {}
    assert await rows("SELECT FROM guilds WHERE discord_id = $1", GUILD) == []
    assert (await ledger_audit.audit(OTHER_GUILD)).sound
    assert await rows("SELECT FROM postings WHERE guild_id = $1", OTHER_GUILD)


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE transfers SET reason = 'another'",
        "UPDATE transfers SET actor_id = 5",
        "UPDATE transfers SET salt = NULL",
        "UPDATE transfers SET salt = NULL, reason = '', details = '{}', key = 'erased:' || id, actor_id = 5",
        "UPDATE user_economy SET user_id = 5 WHERE kind = 'wallet'",
        "UPDATE user_economy SET user_id = -id, salt = NULL WHERE kind = 'wallet' AND balance > 0",
        "UPDATE audit_log SET actor_id = 5",
        "UPDATE audit_log SET action = 'other'",
        "DELETE FROM audit_log",
        "UPDATE change_sets SET actor_id = 5",
    ],
)
async def test_history_gives_way_to_erasure_and_to_nothing_else(database: str, edit: str) -> None:
    await live()
    with pytest.raises(Exception, match=r"append-only|changes hands"):
        await rows(edit)


async def ledger_balance(user_id: int) -> int:
    (row,) = await rows("SELECT balance FROM user_economy WHERE guild_id = $1 AND user_id = $2", GUILD, user_id)
    return int(row["balance"])


async def _redis() -> Redis:
    from fakeredis import FakeAsyncRedis

    redis: Redis = FakeAsyncRedis()
    await redis.set(f"cache:user:{ALICE}:servers", b"x")
    await redis.set(f"role:{GUILD}:{ALICE}", b"x")
    return redis


async def _traces(*needles: str) -> list[str]:
    """Where any of these still stands, in any column of any table."""
    found = []
    for table in areas.tables():
        for row in await rows(f"SELECT one::text AS text FROM {table} one"):
            found += [f"{table}: {needle}" for needle in needles if needle in row["text"]]
    return found
