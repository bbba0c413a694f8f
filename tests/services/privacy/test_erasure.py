"""Erasure comes to its end within the day, whatever happens meanwhile, and says what it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from app import database as storage
from app import worker
from app.database_url import credentials
from models import AccountKind
from playground.world.cast import ALICE as PLAYER
from services.core import areas, vault
from services.core.actors import Actor
from services.core.amounts import LARGEST, Amount
from services.core.errors import Conflict, UserError
from services.core.transactions import rows
from services.core.worker import Worker
from services.economy import corrections, ledger, ledger_audit, offers, payments, reversals
from services.identity import refresh_tokens, sessions
from services.privacy import erasing, erasure
from tests.services.privacy.mortal import Mortal
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.browser import browser, words
from tests.support.coins import balance, give, person
from tests.support.waiting import until
from tests.support.whole import Whole

_BLOCKED = "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
A_DAY_AGO = timedelta(hours=25)
CANARY = "a word that only they wrote"
NEW_LIFE = {"user_economy", "user_guild_data", "live_events"}  # where somebody who is paid afterwards stands


@pytest.fixture
async def mortal(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[type[Mortal]]:
    monkeypatch.setattr(storage, "Connection", Mortal)
    await storage.connect(storage.config(database_url))
    yield Mortal
    await storage.close()


@pytest.fixture(autouse=True)
def _keys() -> None:
    vault.use({"test": b"k" * 32})
    refresh_tokens.configure(b"k" * 32)


async def test_killed_after_any_statement_and_paid_then_it_ends_all_the_same(mortal: type[Mortal], full: bool) -> None:
    await give(CAROL, 10_000)
    for number in range(1, 1_000, 1 if full else 11):
        user_id = ALICE + 1_000 + number
        wish_id, wallets = await _lived(user_id), await _wallets(user_id)
        mortal.left, mortal.task = number, asyncio.current_task()
        try:
            await erasing.run(wish_id)
        except ConnectionError:
            await ledger.transfer(GUILD, CAROL, user_id, 5, key=f"after {number}", kind="pay", actor_id=CAROL)
            await erasing.run(wish_id)
        else:
            break
        await _is_forgotten(user_id, wish_id, wallets)
    mortal.left = None
    assert number > 50, "it was killed at many moments"
    assert (await ledger_audit.audit(GUILD)).sound
    assert (await ledger_audit.audit(OTHER_GUILD)).sound


async def test_a_stream_of_payments_holds_nobody_up(database: str) -> None:
    await give(CAROL, 10_000)
    wish_id, wallets, stop = await _lived(ALICE), await _wallets(ALICE), asyncio.Event()

    async def pay(number: int = 0) -> None:
        while not stop.is_set():
            number += 1
            await ledger.transfer(GUILD, CAROL, ALICE, 1, key=f"stream {number}", kind="pay", actor_id=CAROL)

    paying = asyncio.create_task(pay())
    await until(lambda: balance(ALICE))
    assert await erasing.run(wish_id)
    stop.set()
    await paying
    await _is_forgotten(ALICE, wish_id, wallets)
    assert (await ledger_audit.audit(GUILD)).sound


async def test_more_coins_than_one_movement_holds_are_taken_as_well(database: str) -> None:
    for _ in range(3):
        await give(ALICE, LARGEST)
    await give(ALICE, 7)
    wish = await erasure.request(ALICE, now=datetime.now(UTC) - A_DAY_AGO)
    assert await erasing.run(wish.id)
    found = await ledger_audit.audit(GUILD)
    assert (found.sound, found.in_wallets, found.burned) == (True, 0, 3 * LARGEST + 7)


async def test_a_frozen_wallet_and_what_waits_for_a_yes_hold_nobody_up(database: str) -> None:
    wish_id, wallets = await _lived(ALICE), await _wallets(ALICE)
    await give(BOB, 500)
    await offers.offer(GUILD, person(BOB), person(ALICE), Amount(30), "", key="to her")
    for user_id in (ALICE, BOB):
        await corrections.freeze(GUILD, Actor(MANAGER, "r"), user_id, "A question")
    assert await erasing.run(wish_id)
    await _is_forgotten(ALICE, wish_id, wallets)
    assert await balance(BOB) == 500
    assert (await ledger_audit.audit(GUILD)).in_escrow == 0


async def test_what_others_end_meanwhile_brings_nothing_of_them_back(database: str) -> None:
    """The erasure is held in the middle of emptying the wallet that all of them need."""
    await give(ALICE, 500)
    await ledger.transfer(GUILD, ALICE, AccountKind.SINK, 20, key="sink", kind="take", actor_id=ALICE)
    paid = [await payments.pay(GUILD, person(ALICE), person(BOB), Amount(5), "", key=f"pay {n}") for n in range(3)]
    held = [await offers.offer(GUILD, person(ALICE), person(BOB), Amount(5), "", key=f"hold {n}") for n in range(3)]
    await offers.accept(GUILD, held[0].id, BOB)
    asked = await offers.request(GUILD, person(CAROL), person(ALICE), Amount(5), "")
    wish = await erasure.request(ALICE, now=datetime.now(UTC) - A_DAY_AGO)
    direct = await asyncpg.connect(**credentials(database))
    async with direct.transaction():
        await direct.execute("SELECT FROM user_economy WHERE kind = 'sink' FOR UPDATE")
        running = asyncio.create_task(erasing.run(wish.id))
        await until(lambda: rows(_BLOCKED))
        ends = [
            *(offers.decline(GUILD, one.id, BOB) for one in held),
            offers.decline(GUILD, asked.id, CAROL),
            *(reversals.plan(GUILD, Actor(MANAGER, "r"), one.number, "") for one in paid),
        ]
        racing = [asyncio.create_task(end) for end in ends]
        await until(lambda: _stuck_or_over(racing))
    ended = await asyncio.gather(*racing, return_exceptions=True)
    assert await running
    assert [one for one in ended if not isinstance(one, UserError)] == []
    for table in areas.tables():
        assert await rows(f"SELECT FROM {table} line WHERE line::text LIKE '%' || $1 || '%'", str(ALICE)) == [], table
    assert (await ledger_audit.audit(GUILD)).sound
    await direct.close()


async def test_a_request_that_is_declined_gives_nobody_a_wallet(database: str) -> None:
    asked = await offers.request(GUILD, person(BOB), person(ALICE), Amount(5), "")
    await offers.decline(GUILD, asked.id, ALICE)
    assert await rows("SELECT FROM user_economy") == []


async def _stuck_or_over(racing: list[asyncio.Task[Any]]) -> bool:
    return len(await rows(_BLOCKED)) + sum(one.done() for one in racing) == len(racing) + 1  # the erasure is stuck too


async def test_a_job_that_was_given_up_or_lost_is_taken_up_again(database: str) -> None:
    wish_id, wallets = await _lived(ALICE), await _wallets(ALICE)
    assert "erasures.resume" in worker.rounds()

    async def forget(_task: object) -> None:
        await erasing.run(wish_id)

    for loss in ("UPDATE jobs SET failed_at = now(), attempts = max_attempts, error = 'x'", "DELETE FROM jobs"):
        await rows(f"{loss} WHERE kind = $1", erasure.JOB)
        await erasure.resume()
        assert len(await rows("SELECT FROM jobs WHERE kind = $1 AND failed_at IS NULL", erasure.JOB)) == 1
    stop = asyncio.Event()
    working = asyncio.create_task(Worker({erasure.JOB: forget}).run(stop))
    await until(lambda: _done(wish_id))
    stop.set()
    await working
    await _is_forgotten(ALICE, wish_id, wallets)


async def test_many_failures_do_not_end_it(database: str) -> None:
    await _lived(ALICE)
    (job,) = await rows("SELECT max_attempts FROM jobs WHERE kind = $1", erasure.JOB)
    assert job["max_attempts"] >= 1_000, "an hour apart, that is more than a month"


async def test_the_page_says_what_it_waits_for_and_never_offers_what_is_over(whole: Whole) -> None:
    async with browser(whole) as window:
        await window.sign_in(PLAYER)
        wish = await erasure.request(PLAYER)
        page = words(await window.get("/privacy"))
        assert "All data about you will be deleted" in page
        assert "Keep my data" in page
        await rows("UPDATE erasures SET due_at = now() - interval '1 minute'")
        page = words(await window.get("/privacy"))
        assert "is about to be deleted" in page
        assert "will be deleted" not in page
        assert "Keep my data" in page
        await rows("UPDATE erasures SET begun_at = now(), step = 'wallets'")
        await rows("UPDATE jobs SET error = 'x', due_at = now() + interval '5 minutes' WHERE kind = $1", erasure.JOB)
        page = words(await window.get("/privacy"))
        assert "can no longer be stopped" in page
        assert "Emptying your wallets" in page
        assert "Next attempt:" in page
        assert "Keep my data" not in page
        with pytest.raises(Conflict):
            await erasure.cancel(PLAYER)
        told = await whole.play.slash("privacy delete", as_=PLAYER)
        assert "Emptying your wallets" in told.content
        assert "cancel" not in told.content.lower()
        assert wish.id


async def test_whoever_changes_their_mind_by_a_button_is_told_and_can_ask_again(whole: Whole) -> None:
    play = whole.play
    form = await play.press(await play.slash("privacy delete", as_=PLAYER), "Delete everything about me…", as_=PLAYER)
    asked = await play.submit(form, {"word": "DELETE"}, as_=PLAYER)
    told = await play.press(asked, "Cancel and keep everything", as_=PLAYER)
    assert "Nothing was deleted" in told.content
    assert not told.components
    assert "Delete everything about me…" in (await play.slash("privacy delete", as_=PLAYER)).labels


async def test_each_step_has_words(database: str) -> None:
    steps = [*areas.erasure_steps(), *areas.tables()]
    assert len({str(erasing.step_words(step)) for step in steps}) > len(steps) / 2
    assert max(len(step) for step in steps) <= 32, "so long is the column"


async def _lived(user_id: int) -> int:
    """Somebody whose day to think is over, with something in many tables; the id of the wish."""
    await give(user_id, 500)
    await give(user_id, 50, OTHER_GUILD)
    await ledger.transfer(
        GUILD, user_id, AccountKind.SINK, 20, key=f"wrote {user_id}", kind="take", actor_id=user_id, reason=CANARY
    )
    await offers.offer(GUILD, person(user_id), person(BOB), Amount(100), CANARY, key=f"offer {user_id}")
    await sessions.start(user_id, device="Firefox on Linux")
    return (await erasure.request(user_id, now=datetime.now(UTC) - A_DAY_AGO)).id


async def _wallets(user_id: int) -> list[int]:
    return [row["id"] for row in await rows("SELECT id FROM user_economy WHERE user_id = $1", user_id)]


async def _done(wish_id: int) -> bool:
    return bool(await rows("SELECT FROM erasures WHERE id = $1 AND done_at IS NOT NULL", wish_id))


async def _is_forgotten(user_id: int, wish_id: int, wallets: list[int]) -> None:
    assert await _done(wish_id)
    left = await rows("SELECT id FROM user_economy WHERE id = ANY($1) AND (user_id <> -id OR balance <> 0)", wallets)
    assert left == []
    for table in areas.tables():
        for needle in (CANARY, *(() if table in NEW_LIFE else (str(user_id),))):
            assert await rows(f"SELECT FROM {table} line WHERE line::text LIKE '%' || $1 || '%'", needle) == [], table
