"""Who stays signed in, for how long, and who does not any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
import time_machine

from app.redis import connect
from services.core import store
from services.core.transactions import rows
from services.identity import sessions
from tests.support.bot import ALICE
from tests.support.signing_in import age, wipe
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("cache")


async def keep_copies() -> None:
    """Copies stay until they are removed, however long the test takes."""
    redis = store.redis()
    assert redis is not None
    for key in await redis.keys():
        await redis.persist(key)


async def test_a_cookie_is_found_again_and_a_changed_one_is_not() -> None:
    cookie = await sessions.start(ALICE, device="Firefox · Linux")
    found = await sessions.find(cookie)
    assert found is not None
    assert (found.user_id, found.device) == (ALICE, "Firefox · Linux")
    assert await sessions.find(cookie) == found
    changed = [cookie[:-1], cookie + "A", cookie.swapcase(), cookie[:-1] + "é", "", "A" * 43, f"{cookie} ", cookie * 9]
    assert [await sessions.find(one) for one in changed] == [None] * len(changed)


async def test_the_cookie_itself_is_stored_nowhere() -> None:
    cookie = await sessions.start(ALICE)
    await sessions.find(cookie)
    redis = store.redis()
    assert redis is not None
    kept = str(await rows("SELECT * FROM sessions")) + str(await rows("SELECT * FROM audit_log"))
    for key in await redis.keys():
        kept += f"{key!r}{await redis.get(key)!r}"
    assert "session:" in kept
    assert cookie not in kept


async def test_after_a_day_it_is_over_however_busy_it_was() -> None:
    cookie = await sessions.start(ALICE)
    await age("created_at", "23 hours 59 minutes")
    assert await sessions.find(cookie)
    await age("created_at", "1 minute")
    assert await sessions.find(cookie) is None
    assert await sessions.of(ALICE) == []


async def test_after_two_quiet_hours_it_is_over() -> None:
    cookie = await sessions.start(ALICE)
    await age("last_used_at", "1 hour 59 minutes")
    assert await sessions.find(cookie)
    await age("last_used_at", "1 hour 59 minutes")
    assert await sessions.find(cookie), "the use before counts"
    await age("last_used_at", "2 hours")
    assert await sessions.find(cookie) is None


async def test_a_copy_in_the_cache_does_not_outlive_the_day() -> None:
    cookie = await sessions.start(ALICE)
    await rows("UPDATE sessions SET created_at = created_at - interval '23:59:58'")
    assert await sessions.find(cookie)

    async def over() -> bool:
        return await sessions.find(cookie) is None

    await until(over, seconds=sessions.CACHED - 5)


@pytest.mark.parametrize(
    ("age_in_days", "counted_from", "limit"),
    [(timedelta(0), "last_used_at", timedelta(minutes=1)), (timedelta(hours=23.999), "created_at", timedelta(days=1))],
)
async def test_a_copy_is_believed_until_a_use_must_be_noted_or_the_day_is_over(
    age_in_days: timedelta, counted_from: str, limit: timedelta
) -> None:
    cookie = await sessions.start(ALICE)
    await rows("UPDATE sessions SET created_at = created_at - $1::interval", age_in_days)
    copied = await sessions.find(cookie)
    assert copied
    await keep_copies()
    await rows("DELETE FROM sessions")  # so that nothing but the copy can answer
    over = getattr(copied, counted_from) + limit
    with time_machine.travel(over - timedelta(microseconds=1), tick=False):
        assert await sessions.find(cookie) == copied
    for later in (over, over + timedelta(microseconds=1)):
        with time_machine.travel(later, tick=False):
            assert await sessions.find(cookie) is None


async def test_no_copy_is_kept_for_more_than_15_seconds() -> None:
    await sessions.find(await sessions.start(ALICE))
    redis = store.redis()
    assert redis is not None
    assert [0 < await redis.pttl(key) <= 15_000 for key in await redis.keys()] == [True]


@pytest.mark.parametrize(("later", "counts"), [(timedelta(seconds=59.999999), False), (timedelta(minutes=1), True)])
async def test_a_request_counts_as_the_last_use_from_a_minute_on(later: timedelta, counts: bool) -> None:
    cookie = await sessions.start(ALICE)
    (row,) = await rows("SELECT last_used_at FROM sessions")
    with time_machine.travel(row["last_used_at"] + later, tick=False):
        found = await sessions.find(cookie)
    assert found
    assert found.last_used_at == row["last_used_at"] + (later if counts else timedelta(0))


async def test_the_last_use_is_written_once_a_minute_at_most() -> None:
    cookie = await sessions.start(ALICE)
    (before,) = await rows("SELECT xmin::text FROM sessions")
    await asyncio.gather(*(sessions.find(cookie) for _ in range(20)))
    assert await rows("SELECT xmin::text FROM sessions") == [before]
    await age("last_used_at", "61 seconds")
    (aged,) = await rows("SELECT last_used_at FROM sessions")
    await asyncio.gather(*(sessions.find(cookie) for _ in range(20)))
    (used,) = await rows("SELECT last_used_at FROM sessions")
    assert used["last_used_at"] > aged["last_used_at"]


async def test_nobody_is_signed_out_by_an_emptied_redis_or_one_that_is_away() -> None:
    cookie = await sessions.start(ALICE)
    await wipe()
    assert await sessions.find(cookie)
    store.use(connect("redis://127.0.0.1:9/0"))
    assert await sessions.find(cookie)
