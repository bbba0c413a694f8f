"""Events of guilds: told to each who watches, once and in order, whoever commits when."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import asyncpg
import orjson
import pytest

from services import settings
from services.analytics.usage import Recorder, Use
from services.core import jobs
from services.core.transactions import rows, transaction
from services.core.worker import Worker
from services.economy import earnings
from services.live import Cursor, Hub, Kind, events, hub, signals
from services.settings import Source
from tests.services.live.arriving import ARRIVE, arrive, members, opened, readable
from tests.services.live.watching import Eye
from tests.support.bot import ALICE, BOB, GUILD, MANAGER, OTHER_GUILD
from tests.support.cases import opened as warned
from tests.support.outage import database_away
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("database")


async def test_what_an_older_transaction_commits_late_is_told_before_what_a_newer_one_committed(
    here: Hub, direct: asyncpg.Connection[Any]
) -> None:
    eye = Eye(here)
    eye.watch()
    await opened(eye)
    late = direct.transaction()
    await late.start()
    await direct.execute(ARRIVE, GUILD, ALICE)
    await arrive(BOB)
    reader = await events.now()
    assert not (await events.news([GUILD], Cursor(0, 0), 10)).events, "nothing is final while the older one runs"
    await late.commit()
    signals.nudge()
    await until(lambda: len(eye.seen) == 2)
    assert members(eye.seen) == [ALICE, BOB]
    assert reader <= eye.seen[0].cursor < eye.seen[1].cursor


async def test_a_storm_of_transactions_in_other_processes_is_told_once_and_in_one_order_by_every_hub(
    database: str, hubs: tuple[Hub, Hub], full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "POLL", 60.0)  # what is not heard of comes too late
    count = 500 if full else 50
    eyes = [Eye(hub) for hub in hubs]
    for eye in eyes:
        eye.watch()
        await opened(eye)
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.services.live.live_process", database, str(first), str(count)
        )
        for first in (1000, 1000 + count)
    ]
    assert [await writer.wait() for writer in writers] == [0, 0]
    # Other tests' transactions on this server hold back what is final: without them the writers' own words are enough.
    await readable(2 * count)
    await rows("SELECT pg_notify($1, '')", signals.CHANNEL)
    await until(lambda: all(len(eye.seen) >= 2 * count for eye in eyes))
    assert sorted(members(eyes[0].seen)) == list(range(1000, 1000 + 2 * count))
    assert [event.cursor for event in eyes[0].seen] == sorted({event.cursor for event in eyes[0].seen})
    assert members(eyes[1].seen) == members(eyes[0].seen)


async def test_a_watcher_without_room_is_told_the_rest_when_it_has_some(here: Hub) -> None:
    eye = Eye(here, size=3)
    eye.watch()
    eye.empty()
    await opened(eye)
    for member in range(1, 41):
        await arrive(member)
    await until(lambda: len(eye.seen) >= 13)
    assert len(eye.seen) == 13
    while len(eye.seen) < 40:
        before = len(eye.seen)
        eye.empty()
        await until(lambda before=before: len(eye.seen) > before)  # type: ignore[misc]
    assert members(eye.seen) == list(range(1, 41))


async def test_nothing_is_told_of_what_was_undone_and_of_other_guilds(here: Hub) -> None:
    eye = Eye(here)
    eye.watch()
    await opened(eye)
    with pytest.raises(ZeroDivisionError):
        await _undone()
    await arrive(BOB, OTHER_GUILD)
    await arrive(BOB)
    await until(lambda: eye.seen)
    assert members(eye.seen) == [BOB]
    assert {event.guild_id for event in eye.seen} == {GUILD}


async def _undone() -> None:
    async with transaction():
        await rows(ARRIVE, GUILD, ALICE)
        raise ZeroDivisionError


async def test_each_kind_of_change_is_told_with_what_it_was(here: Hub) -> None:
    eye = Eye(here)
    eye.watch()
    await opened(eye)
    await earnings.daily(GUILD, ALICE, key="today")
    recorder = Recorder()
    for outcome in ("answered", "failed"):
        recorder.add(Use(GUILD, ALICE, "alice", None, "daily", 5, outcome, 1_790_000_000.0))
    await recorder.flush()
    await settings.save(GUILD, MANAGER, {"economy.symbol": "💎"}, source=Source.API)
    await warned(user_id=ALICE)
    await jobs.enqueue("fine", {}, guild_id=GUILD)
    await jobs.enqueue("broken", {}, guild_id=GUILD, max_attempts=1)
    stop = asyncio.Event()
    working = asyncio.create_task(Worker({"fine": _fine, "broken": _broken}).run(stop))
    await until(lambda: len(eye.seen) == 7)
    stop.set()
    await working
    told = {kind: [orjson.loads(e.data) for e in eye.seen if e.kind is kind] for kind in Kind}
    (paid,) = told[Kind.LEDGER]
    assert (paid["kind"], paid["actor_id"], paid["coins"]) == ("daily", str(ALICE), await _balance(ALICE))
    assert told[Kind.COMMAND] == [{"uses": 2, "failed": 1, "commands": {"daily": 2}}]
    assert told[Kind.MEMBER] == [{"members": 1, "member_ids": [str(ALICE)]}]
    (saved,) = told[Kind.SETTING]
    assert (saved["actor_id"], saved["source"], saved["settings"]) == (str(MANAGER), "api", ["economy.symbol"])
    assert told[Kind.CASE] == [{"number": 1, "change": "opened", "actor_id": str(MANAGER)}]
    assert sorted((job["kind"], job["outcome"]) for job in told[Kind.JOB]) == [("broken", "given up"), ("fine", "done")]


async def _fine(_task: Any) -> None:
    return


async def _broken(_task: Any) -> None:
    raise ZeroDivisionError


async def _balance(member_id: int) -> int:
    return (await earnings.account(GUILD, member_id)).balance


async def test_only_the_kinds_that_were_asked_for_are_told(here: Hub) -> None:
    eye = Eye(here)
    eye.watch(kinds=frozenset({Kind.LEDGER}))
    await opened(eye)
    await arrive(ALICE)
    await earnings.daily(GUILD, ALICE, key="today")
    await until(lambda: eye.seen)
    assert [event.kind for event in eye.seen] == [Kind.LEDGER]


async def test_while_the_database_is_away_watchers_are_told_so_and_afterwards_what_they_missed(
    database: str, here: Hub
) -> None:
    eye = Eye(here)
    eye.watch()
    await opened(eye)
    async with database_away(database):
        await until(lambda: "away" in eye.said)
    await until(lambda: "back" in eye.said)
    await arrive(ALICE)
    await until(lambda: eye.seen)
    assert eye.said == ["opened", "away", "back"]


async def test_nothing_is_read_once_nobody_watches(here: Hub, direct: asyncpg.Connection[Any]) -> None:
    eye = Eye(here)
    eye.watch()
    await opened(eye)
    eye.close()
    ears = "SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()"

    async def deaf() -> bool:
        return not await direct.fetch(ears)

    await until(deaf)
    again = Eye(here)
    again.watch()
    await opened(again)
    await arrive(ALICE)
    await until(lambda: again.seen)
    assert eye.seen == []


async def test_an_event_that_only_a_newer_release_knows_stops_nobody(
    here: Hub, direct: asyncpg.Connection[Any]
) -> None:
    eye = Eye(here)
    eye.watch()
    await opened(eye)
    upgrade = direct.transaction()
    await upgrade.start()
    await direct.execute("ALTER TABLE live_events DROP CONSTRAINT live_events_kind")
    await direct.execute("INSERT INTO live_events (guild_id, kind, data) VALUES ($1, 'newer', '{}')", GUILD)
    await upgrade.commit()
    try:
        await arrive(BOB)
        await until(lambda: eye.seen)
        assert members(eye.seen) == [BOB]
    finally:
        await direct.execute("DELETE FROM live_events WHERE kind = 'newer'")
        kinds = ", ".join(f"'{kind}'" for kind in Kind)
        await direct.execute(f"ALTER TABLE live_events ADD CONSTRAINT live_events_kind CHECK (kind IN ({kinds}))")
