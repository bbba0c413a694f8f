"""How sessions end: their owner's list of them, each end noted once, and nothing brings one back."""

from __future__ import annotations

import asyncio

import pytest

from services.core import store
from services.core.transactions import rows, transaction
from services.identity import sessions
from tests.support.bot import ALICE, BOB, CAROL
from tests.support.signing_in import age, events

pytestmark = pytest.mark.usefixtures("cache")


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
