"""Many at once while PostgreSQL is well, silent or full of locks: whatever people are told, it is what happened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest

from app import running as running_process
from app.main import create_app
from app.settings import Settings
from interactions import dispatch
from interactions.write_slots import Admission
from services.core import settlements
from services.core.transactions import LOST, rows
from tests.app.burst import MEMBERS, NOTHING, PAID, SPREAD, UNKNOWN, UNREAD, Direct, Place
from tests.support.bot import GUILD, KEY, Bot
from tests.support.coins import give
from tests.support.edits import keeping_edits
from tests.support.lifespan import running
from tests.support.line import Line
from tests.support.waiting import until

THINKING = 5
AGAIN = "Do it again"


_HOLD = "INSERT INTO receipts (guild_id, key, user_id, action, refused) VALUES ($1, $2, 1, 'pay', true)"


@pytest.fixture
async def place(
    settings: Settings,
    database: str,
    records: Line,
    migrated: Direct,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Place]:
    monkeypatch.setattr(running_process, "LAST_ANSWERS", 0.1)
    for member_id in MEMBERS:
        await give(member_id, 1_000_000)
    async with keeping_edits() as edits:
        app = create_app(replace(settings, discord_api_url=edits.url, open_when_warm=True))
        async with running(app):
            bot = Bot(app, KEY)
            yield Place(bot, edits, records, migrated)
            await bot.close()


@asynccontextmanager
async def well(_place: Place) -> AsyncIterator[None]:
    yield


@asynccontextmanager
async def silent(place: Place) -> AsyncIterator[None]:
    """Nothing from PostgreSQL is heard for three seconds, in the middle of the burst."""
    async with place.records.silent():
        await asyncio.sleep(3)
        yield


@asynccontextmanager
async def locked(place: Place) -> AsyncIterator[None]:
    """Somebody holds every wallet for three seconds."""
    async with place.direct.transaction():
        await place.direct.execute("SELECT FROM user_economy FOR UPDATE")
        await asyncio.sleep(3)
        yield


@pytest.mark.parametrize("trouble", [well, silent, locked])
async def test_in_a_burst_everybody_is_told_what_really_happened(
    place: Place, settings: Settings, trouble: Callable[[Place], AbstractAsyncContextManager[None]], full: bool
) -> None:
    for _ in range(20 if full else 1):
        clicking = asyncio.create_task(place.burst(1000 if full else 250))
        await asyncio.sleep(SPREAD / 2)
        async with trouble(place):
            pass
        await clicking
        assert all(answer.status == 200 for answer in place.first.values())
    await until(place.settled, 60)
    await place.check()
    await rows("UPDATE jobs SET due_at = now() WHERE kind = 'interaction.finish'")  # as if half a minute had passed
    async with running(create_app(replace(settings, discord_api_url=place.edits.url), with_worker=True)):
        await until(_none_left)
    assert place.settled()
    await place.check()
    await until(_none_doubts)


async def _none_doubts() -> bool:
    return not await rows("SELECT FROM doubts")


async def _none_left() -> bool:
    return not await rows("SELECT FROM jobs WHERE kind = 'interaction.finish'")


@pytest.mark.parametrize(("word", "text"), [(b"COMMIT;", NOTHING), (b"COMMIT\0", PAID)], ids=["unheard", "heard"])
async def test_whether_a_lost_commit_was_heard_is_said_only_once_it_is_known(
    place: Place, word: bytes, text: str
) -> None:
    async with place.records.cut_at(word) as cut:
        answer = await place.pay()
        assert (answer.type, answer.content, cut.is_set()) == (THINKING, "", True)
        await until(lambda: place.edits.log)
    await until(place.settled)
    (first, last) = (said for _, said in place.edits.log)
    assert UNKNOWN in first
    assert "/transactions" in first
    assert text in last
    await place.check()
    await rows("UPDATE doubts SET created_at = created_at - interval '10 seconds'")
    assert (AGAIN in str((await place.pay()).data)) is (text is PAID), "only what was done is asked about"


async def test_a_retry_is_asked_about_while_nobody_knows(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settlements, "AGAIN", 60.0)
    async with place.records.cut_at(b"COMMIT\0"):
        await place.pay()
        await until(lambda: place.edits.log)
    await until(_reached)
    assert AGAIN in str((await place.pay()).data)
    assert await place.direct.fetchval("SELECT count(*) FROM transfers WHERE kind = 'pay'") == 1


async def test_a_click_that_cannot_be_looked_up_is_told_so_and_learns_the_truth_later(place: Place) -> None:
    payload = place.bot.command("pay", by=MEMBERS[0], member=MEMBERS[1], amount="5")
    async with place.records.gone():
        answer = await place.send(payload)
    assert UNREAD in answer.content
    assert NOTHING not in answer.content
    assert "/transactions" in answer.content
    await until(lambda: place.edits.log)
    assert NOTHING in place.told()[payload["id"]]
    assert NOTHING in (await place.send(payload)).content, "what was said not to be done is not done by a repeat"
    await place.check()
    assert PAID in (await place.pay()).content, "a new click is another one, and nothing is left to be asked about"


async def test_what_another_process_did_before_it_died_is_found_by_who_could_not_look_at_first(place: Place) -> None:
    payload = place.bot.command("pay", by=MEMBERS[0], member=MEMBERS[1], amount="5")
    assert PAID in (await place.send(payload)).content
    async with place.records.gone():
        answer = await place.send(payload)
    assert UNREAD in answer.content
    await until(lambda: place.edits.log)
    assert PAID in place.told()[payload["id"]]
    await place.check()
    await until(lambda: rows("SELECT FROM doubts"))
    await rows("UPDATE doubts SET created_at = created_at - interval '10 seconds'")
    assert AGAIN in str((await place.pay()).data), "whoever was told that nobody knows may not have looked here again"


async def test_who_is_turned_away_is_told_that_nothing_was_changed_only_if_that_is_so(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = place.bot.command("pay", by=MEMBERS[0], member=MEMBERS[1], amount="5")
    first = await place.send(done)
    assert PAID in first.content
    with monkeypatch.context() as crowded:
        crowded.setattr(Admission, "full", True)
        turned_away = await place.pay()
        assert (await place.bot.slash("ping")).type == 4
        assert (await place.send(done)).content == first.content, "another process did it, and died"
    assert turned_away.content.startswith("I'm handling too many requests")
    assert NOTHING in turned_away.content
    monkeypatch.setattr(dispatch, "TOO_LATE", -1.0)
    assert NOTHING in (await place.pay()).content
    assert (await place.send(done)).content == first.content
    await place.check()


async def test_one_who_has_to_wait_does_not_keep_others_from_the_truth(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is dead may have left a transaction that goes on for a while."""
    held, free = (place.bot.command("pay", by=MEMBERS[0], member=MEMBERS[1], amount=str(n)) for n in (5, 6))
    async with place.direct.transaction():
        await place.direct.execute(_HOLD, GUILD, f"interaction:{held['id']}")
        with monkeypatch.context() as crowded:
            crowded.setattr(Admission, "full", True)
            assert UNREAD in (await place.send(held)).content
            assert NOTHING in (await place.send(free)).content
    await until(place.settled)
    await place.check()


async def _reached() -> bool:
    try:
        return bool(await rows("SELECT 1"))
    except LOST:
        return False
