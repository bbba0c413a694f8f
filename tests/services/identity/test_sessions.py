"""Who stays signed in, for how long, and who does not any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import time_machine

from app.redis import connect
from services.core import store
from services.core.transactions import rows, transaction
from services.identity import sessions
from services.identity.browser_names import device_of
from tests.support.bot import ALICE, BOB, CAROL
from tests.support.signing_in import events, wipe
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("cache")


@pytest.fixture
async def cache(database: str, redis_url: str | None) -> AsyncIterator[None]:
    """The Redis in which sessions are copied; emptied for each test."""
    redis = connect(redis_url)
    await redis.flushdb()
    store.use(redis)
    yield
    store.use(None)
    await redis.aclose()


async def age(column: str, by: str) -> None:
    await rows(f"UPDATE sessions SET {column} = {column} - $1::text::interval", by)
    await wipe()


async def keep_copies() -> None:
    """Copies stay until they are removed, however long the test takes."""
    redis = store.redis()
    assert redis is not None
    for key in await redis.keys():
        await redis.persist(key)


async def add(user_id: int, sessions: int, *, used: str) -> None:
    """So many sessions at once, last used at that moment."""
    await rows(
        "INSERT INTO sessions (user_id, digest, device, last_used_at)"
        " SELECT $1, encode(sha256(n::text::bytea), 'hex'), '', $3::text::timestamptz"
        " FROM generate_series(1, $2::int) n",
        user_id,
        sessions,
        used,
    )


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


async def test_an_ended_session_is_refused_at_once_though_it_was_copied() -> None:
    cookie, other = await sessions.start(ALICE), await sessions.start(ALICE)
    session = await sessions.find(cookie)
    assert session
    assert await sessions.end(ALICE, session.id)
    assert await sessions.find(cookie) is None
    assert await sessions.find(other)
    assert not await sessions.end(ALICE, session.id)


async def test_what_was_read_before_the_end_does_not_bring_it_back(monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = await sessions.start(ALICE)
    (row,) = await rows("SELECT id FROM sessions")
    run = store.run

    async def late(script: str, key: str, *values: bytes | int) -> None:
        await sessions.end(ALICE, row["id"])
        await run(script, key, *values)

    monkeypatch.setattr(store, "run", late)
    assert await sessions.find(cookie)
    assert await sessions.find(cookie) is None


async def test_an_end_that_is_taken_back_ends_nothing() -> None:
    cookie = await sessions.start(ALICE)
    session = await sessions.find(cookie)
    assert session

    async def in_vain() -> None:
        async with transaction():
            await sessions.end(ALICE, session.id)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await in_vain()
    assert await sessions.find(cookie) == session


async def test_nobody_ends_the_sessions_of_others() -> None:
    cookie = await sessions.start(ALICE)
    session = await sessions.find(cookie)
    assert session
    assert not await sessions.end(BOB, session.id)
    assert await sessions.end_all(BOB) == 0
    assert await sessions.find(cookie)


async def test_all_are_listed_and_all_but_this_one_can_be_ended() -> None:
    here = await sessions.start(ALICE, device="Firefox · Linux")
    there = await sessions.start(ALICE, device="Safari · iPhone")
    theirs = await sessions.start(BOB)
    mine = await sessions.find(here)
    assert mine
    assert {one.device for one in await sessions.of(ALICE)} == {"Firefox · Linux", "Safari · iPhone"}
    assert await sessions.end_all(ALICE, keep=mine.id) == 1
    assert await sessions.of(ALICE) == [mine]
    assert await sessions.find(there) is None
    assert await sessions.end_all(ALICE) == 1
    assert await sessions.find(here) is None
    assert await sessions.find(theirs)


async def test_signing_in_again_in_the_same_browser_ends_the_session_before() -> None:
    first = await sessions.start(ALICE)
    second = await sessions.start(BOB, replacing=first)
    assert await sessions.find(first) is None
    found = await sessions.find(second)
    assert found
    assert found.user_id == BOB
    assert await events() == ["session.created", "session.ended", "session.created"]


async def test_each_beginning_and_end_stands_in_the_audit_log_once() -> None:
    one, two = await sessions.start(ALICE), await sessions.start(ALICE)
    session = await sessions.find(one)
    assert session
    await asyncio.gather(*(sessions.end(ALICE, session.id) for _ in range(5)))
    await asyncio.gather(*(sessions.end_all(ALICE) for _ in range(5)))
    assert await sessions.find(two) is None
    assert await events() == ["session.created", "session.created", "session.ended", "session.all_ended"]


async def test_expired_sessions_are_deleted_and_noted_and_others_stay() -> None:
    await sessions.start(BOB)
    await age("last_used_at", "3 hours")
    await sessions.start(CAROL)
    await rows("UPDATE sessions SET created_at = created_at - interval '25 hours' WHERE user_id = $1", CAROL)
    cookie = await sessions.start(ALICE)
    await sessions.expire()
    assert [row["user_id"] for row in await rows("SELECT user_id FROM sessions")] == [ALICE]
    assert await sessions.find(cookie)
    assert (await events()).count("session.expired") == 2


async def test_however_many_expire_all_are_deleted() -> None:
    await add(ALICE, 501, used="yesterday")
    await sessions.expire()
    assert await rows("SELECT FROM sessions") == []
    assert await events() == ["session.expired"] * 501


async def test_a_list_names_the_hundred_latest_used() -> None:
    await sessions.start(ALICE, device="the first")
    await age("last_used_at", "1 minute")
    await add(ALICE, 100, used="now")
    listed = await sessions.of(ALICE)
    assert len(listed) == 100
    assert "the first" not in {one.device for one in listed}


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/140.0 Mobile Safari/537.36", "Chrome · Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari · macOS"),
        ("curl/8.14.1", "curl"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_people_recognise_their_devices(user_agent: str, device: str) -> None:
    assert device_of(user_agent) == device
