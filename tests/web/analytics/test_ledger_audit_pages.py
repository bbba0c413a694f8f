"""Ledger audits on pages: how many coins there are, how far an audit is, and what it finds."""

from __future__ import annotations

import asyncpg

from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER
from services.core.transactions import rows
from services.economy import audit_runs
from tests.support.browser import Browser, words
from tests.support.coins import give
from tests.support.waiting import until

PLACE = f"/servers/{HARBOUR}/analytics"


async def test_how_many_coins_exist_and_that_it_is_true(manager: Browser) -> None:
    await give(BOB, 500, HARBOUR)
    await give(ALICE, 300, HARBOUR)
    shown = words(await manager.get(f"{PLACE}/economy"))
    assert "800 minted − 0 burned = 800" in shown
    answer = await manager.post(f"{PLACE}/proofs")
    assert answer.status_code == 303
    assert (await manager.post(f"{PLACE}/proofs")).status_code == 303
    assert len(await rows("SELECT FROM proofs")) == 1, "pressed twice, it is the same one"
    await until(lambda: rows("SELECT FROM proofs WHERE found IS NOT NULL"))
    shown = words(await manager.get(f"{PLACE}/proofs"))
    assert "The ledger balances" in shown
    assert "800 minted − 0 burned = 800 in wallets" in shown


async def test_a_proof_that_runs_shows_how_far_it_is_and_can_be_stopped(manager: Browser) -> None:
    await rows(
        "INSERT INTO proofs (guild_id, asked_by, asked_at, done, total) VALUES ($1, $2, now(), 3000, 9000)",
        HARBOUR, MANAGER,
    )  # fmt: skip
    page = await manager.get(f"{PLACE}/proofs")
    assert '<progress max="9000" value="3000">' in page.text
    assert 'hx-trigger="every 1s"' in page.text
    await manager.post(f"{PLACE}/proofs/cancellations")
    page = await manager.get(f"{PLACE}/proofs")
    assert "The last audit was stopped." in words(page)
    (row,) = await rows("SELECT id FROM proofs")
    await audit_runs.run(row["id"])
    assert not await rows("SELECT FROM proofs WHERE found IS NOT NULL"), "what was stopped is not made"


async def test_a_proof_in_the_middle_of_the_books_stops_at_once(
    manager: Browser, migrated: asyncpg.Connection[asyncpg.Record]
) -> None:
    await give(BOB, 500, HARBOUR)
    async with migrated.transaction():
        await migrated.execute("LOCK TABLE postings IN ACCESS EXCLUSIVE MODE")  # a proof that never gets further
        await manager.post(f"{PLACE}/proofs")
        await until(lambda: rows("SELECT FROM proofs WHERE total > 0"))
        assert "Auditing the ledger" in words(await manager.get(f"{PLACE}/proofs"))
        assert (await manager.post(f"{PLACE}/proofs/cancellations")).status_code == 303
        await until(lambda: _none_running(audit_runs.JOB))
    assert "The last audit was stopped." in words(await manager.get(f"{PLACE}/proofs"))
    await manager.post(f"{PLACE}/proofs")
    await until(lambda: rows("SELECT FROM proofs WHERE found IS NOT NULL"))
    assert "The ledger balances" in words(await manager.get(f"{PLACE}/economy"))


async def test_a_proof_names_what_does_not_fit(manager: Browser) -> None:
    await give(BOB, 500, HARBOUR)
    await rows("ALTER TABLE user_economy DISABLE TRIGGER USER")
    await rows("UPDATE user_economy SET balance = balance + 1 WHERE user_id = $1", BOB)
    await rows("ALTER TABLE user_economy ENABLE TRIGGER USER")
    await manager.post(f"{PLACE}/proofs")
    await until(lambda: rows("SELECT FROM proofs WHERE found IS NOT NULL"))
    shown = words(await manager.get(f"{PLACE}/proofs"))
    assert "The ledger doesn't balance" in shown
    assert "balance 501, but its transfers sum to 500" in shown


async def _none_running(kind: str) -> bool:
    return not await rows("SELECT FROM jobs WHERE kind = $1", kind)
