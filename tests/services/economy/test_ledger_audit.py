"""Whoever changes the books behind our back is found out, and the place is named."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest

from models import AccountKind
from services.core.actors import Actor
from services.core.amounts import Amount
from services.economy import corrections, earnings, ledger, ledger_audit, offers, payments
from tests.services.economy.intruder import BOOKS, Intruder
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.coins import give, person

_FOREIGN = """
SELECT conrelid::regclass::text AS of, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS is
  FROM pg_constraint WHERE contype = 'f' AND conrelid IN ('postings'::regclass, 'transfers'::regclass)"""


@pytest.fixture
async def intruder(database: str, migrated: asyncpg.Connection[asyncpg.Record]) -> AsyncIterator[Intruder]:
    """Sound books of every kind of transfer, a copy of them, and no guards."""
    await _live()
    foreign = await migrated.fetch(_FOREIGN)
    for one in foreign:
        await migrated.execute(f"ALTER TABLE {one['of']} DROP CONSTRAINT {one['name']}")
    for table in BOOKS:
        await migrated.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        await migrated.execute(f"CREATE TABLE kept_{table} AS SELECT * FROM {table}")
    yield Intruder(migrated)
    await migrated.execute("TRUNCATE user_economy, transfers, postings")
    for table in BOOKS:
        await migrated.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        await migrated.execute(f"DROP TABLE kept_{table}")
    for one in foreign:
        await migrated.execute(f"ALTER TABLE {one['of']} ADD CONSTRAINT {one['name']} {one['is']}")


async def _live() -> None:
    """A few days in a small server, and a little in another one."""
    for member in (ALICE, BOB, CAROL):
        await give(member, 500)
        await earnings.daily(GUILD, member, key=f"daily:{member}")
    await payments.pay(GUILD, person(ALICE), person(BOB), Amount(120), "lunch", key="pay")
    held = await offers.offer(GUILD, person(BOB), person(CAROL), Amount(50), "", key="hold")
    await offers.accept(GUILD, held.id, CAROL)
    waits = await offers.offer(GUILD, person(BOB), person(CAROL), Amount(33), "", key="hold:2")
    assert waits.number
    await corrections.take(GUILD, Actor(MANAGER, "r"), CAROL, Amount(10), "fee", key="take")
    await give(ALICE, 5, OTHER_GUILD)
    assert (await ledger_audit.audit(GUILD)).sound
    assert (await ledger_audit.audit(OTHER_GUILD)).sound


POSTING_EDITS = [
    "amount = amount + 1",
    "amount = -amount",
    "balance_after = balance_after + 1",
    "seq = seq + 1000",
    "digest = '\\x00'",
    "digest = NULL",
    "guild_id = guild_id + 1",
    "account_id = account_id + 1000",
    "transfer_id = transfer_id + 1000",
]
TRANSFER_EDITS = [
    "key = key || 'x'",
    "kind = 'work'",
    "actor_id = actor_id + 1",
    "reason = reason || '!'",
    "details = details || '{\"offer\": 99}'",
    "reverses_id = id",
    "created_at = created_at + interval '1 microsecond'",
    "guild_id = guild_id + 1",
]
ACCOUNT_EDITS = ["balance = balance + 1", "seq = seq + 1", "head = '\\x00'", "head = NULL"]
OWNER_EDITS = ["user_id = user_id + 5", "kind = 'treasury', user_id = 0", "guild_id = guild_id + 7"]


@pytest.mark.parametrize("edit", POSTING_EDITS)
async def test_every_edited_posting_is_found_and_its_receipt_named(intruder: Intruder, edit: str) -> None:
    for row in await intruder.direct.fetch("SELECT id, transfer_id FROM postings WHERE guild_id = $1", GUILD):
        await intruder.do(f"UPDATE postings SET {edit} WHERE id = {row['id']}")
        found = await ledger_audit.audit(GUILD)
        assert not found.sound
        assert row["transfer_id"] in found.wrong_transfers
        await intruder.undo()


@pytest.mark.parametrize("edit", TRANSFER_EDITS)
async def test_every_edited_transfer_is_found_and_named(intruder: Intruder, edit: str) -> None:
    for row in await intruder.direct.fetch("SELECT id FROM transfers WHERE guild_id = $1", GUILD):
        await intruder.do(f"UPDATE transfers SET {edit} WHERE id = {row['id']}")
        found = await ledger_audit.audit(GUILD)
        assert not found.sound
        assert row["id"] in found.wrong_transfers
        await intruder.undo()


@pytest.mark.parametrize("edit", ACCOUNT_EDITS)
async def test_every_edited_account_is_found_and_its_owner_named(intruder: Intruder, edit: str) -> None:
    for row in await intruder.direct.fetch("SELECT id, kind, user_id FROM user_economy WHERE guild_id = $1", GUILD):
        if row["kind"] == "sink" and "NULL" in edit:
            continue
        await intruder.do(f"UPDATE user_economy SET {edit} WHERE id = {row['id']}")
        found = await ledger_audit.audit(GUILD)
        assert not found.sound
        named = {(account.kind.value, account.user_id) for account in found.wrong_accounts}
        assert (row["kind"], row["user_id"]) in named
        await intruder.undo()


@pytest.mark.parametrize("edit", OWNER_EDITS)
async def test_a_wallet_that_changes_hands_is_found_by_its_receipts(intruder: Intruder, edit: str) -> None:
    for row in await intruder.direct.fetch(
        "SELECT id, user_id FROM user_economy WHERE guild_id = $1 AND kind = 'wallet'", GUILD
    ):
        touched = await _touched(intruder, row["id"])
        await intruder.do(f"UPDATE user_economy SET {edit} WHERE id = {row['id']}")
        found = await ledger_audit.audit(GUILD)
        assert not found.sound
        assert touched & set(found.wrong_transfers)
        await intruder.undo()


async def test_every_deleted_row_is_found(intruder: Intruder) -> None:
    for row in await intruder.direct.fetch("SELECT id, transfer_id FROM postings WHERE guild_id = $1", GUILD):
        await intruder.do(f"DELETE FROM postings WHERE id = {row['id']}")
        assert row["transfer_id"] in (await ledger_audit.audit(GUILD)).wrong_transfers
        await intruder.undo()
    for row in await intruder.direct.fetch("SELECT id FROM transfers WHERE guild_id = $1", GUILD):
        await intruder.do(f"DELETE FROM transfers WHERE id = {row['id']}")
        assert row["id"] in (await ledger_audit.audit(GUILD)).wrong_transfers
        await intruder.undo()
    for row in await intruder.direct.fetch("SELECT id FROM user_economy WHERE guild_id = $1", GUILD):
        touched = await _touched(intruder, row["id"])
        await intruder.do(f"DELETE FROM user_economy WHERE id = {row['id']}")
        assert touched & set((await ledger_audit.audit(GUILD)).wrong_transfers)
        await intruder.undo()


async def test_a_deleted_transfer_with_all_its_postings_is_found_by_the_accounts_it_moved(intruder: Intruder) -> None:
    for row in await intruder.direct.fetch("SELECT id FROM transfers WHERE guild_id = $1", GUILD):
        await intruder.do(f"DELETE FROM postings WHERE transfer_id = {row['id']}")
        await intruder.do(f"DELETE FROM transfers WHERE id = {row['id']}")
        found = await ledger_audit.audit(GUILD)
        assert found.wrong_transfers or found.wrong_accounts
        await intruder.undo()


SWAPS = [
    ("postings", "amount"),
    ("postings", "balance_after"),
    ("postings", "account_id"),
    ("postings", "transfer_id"),
    ("postings", "digest"),
    ("transfers", "actor_id"),
    ("transfers", "kind"),
    ("transfers", "created_at"),
    ("user_economy", "user_id"),
    ("user_economy", "balance"),
    ("user_economy", "head"),
]


@pytest.mark.parametrize(("table", "column"), SWAPS)
async def test_swapped_values_are_found(intruder: Intruder, table: str, column: str) -> None:
    wallets = "AND kind = 'wallet'" if table == "user_economy" else ""
    taken = await intruder.direct.fetch(f"SELECT id, {column} AS it FROM {table} WHERE guild_id = {GUILD} {wallets}")
    pairs = [(a, b) for a in taken for b in taken if a["id"] < b["id"] and a["it"] != b["it"]]
    swapped = 0
    for one, other in pairs[:15]:
        try:
            await _swap(intruder, table, column, one, other)
        except asyncpg.UniqueViolationError:
            await intruder.undo()
            continue
        swapped += 1
        found = await ledger_audit.audit(GUILD)
        assert not found.sound
        assert found.wrong_transfers or found.wrong_accounts
        await intruder.undo()
    assert swapped >= 3


async def test_an_offer_of_more_than_lies_in_escrow_is_found(intruder: Intruder) -> None:
    await intruder.do("UPDATE offers SET amount = amount + 1 WHERE state = 'open'")
    assert not (await ledger_audit.audit(GUILD)).sound


async def test_another_guilds_broken_books_are_its_own_trouble(intruder: Intruder) -> None:
    await intruder.do(f"UPDATE postings SET amount = amount + 1 WHERE guild_id = {OTHER_GUILD}")
    assert (await ledger_audit.audit(GUILD)).sound
    assert not (await ledger_audit.audit(OTHER_GUILD)).sound


async def test_long_books_are_proven_in_steps(intruder: Intruder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_audit, "STEP", 2)
    assert (await ledger_audit.audit(GUILD)).sound
    for row in await intruder.direct.fetch("SELECT id, transfer_id FROM postings WHERE guild_id = $1", GUILD):
        await intruder.do(f"UPDATE postings SET amount = amount + 1 WHERE id = {row['id']}")
        assert row["transfer_id"] in (await ledger_audit.audit(GUILD)).wrong_transfers
        await intruder.undo()


async def test_the_nightly_proof_counts_the_servers_whose_books_are_unsound(intruder: Intruder) -> None:
    assert await corrections.audit_recent() == 0
    await intruder.do(f"UPDATE user_economy SET balance = balance + 1 WHERE guild_id = {GUILD} AND kind = 'wallet'")
    assert await corrections.audit_recent() == 1
    await intruder.do(f"UPDATE transfers SET created_at = now() - interval '3 days' WHERE guild_id = {GUILD}")
    assert await corrections.audit_recent() == 0, "nothing has moved there of late"


async def test_what_was_minted_lies_somewhere(database: str) -> None:
    await give(ALICE, 100)
    await ledger.transfer(GUILD, ALICE, AccountKind.SINK, 30, key="k", kind="take", actor_id=0)
    found = await ledger_audit.audit(GUILD)
    assert (found.minted, found.burned, found.in_wallets, found.transfers, found.wallets) == (100, 30, 70, 2, 1)
    assert found.sound


async def test_a_server_without_coins_has_sound_books(database: str) -> None:
    assert (await ledger_audit.audit(GUILD)).sound


async def _touched(intruder: Intruder, account_id: int) -> set[int]:
    found = await intruder.direct.fetch("SELECT transfer_id FROM postings WHERE account_id = $1", account_id)
    return {row["transfer_id"] for row in found}


async def _swap(intruder: Intruder, table: str, column: str, one: asyncpg.Record, other: asyncpg.Record) -> None:
    """Two rows change their value, by way of one that nobody has, because some columns are unique."""
    spare = {"head": b"", "digest": b"", "kind": "x", "created_at": one["it"]}.get(column, 7)
    for row, value in ((one, spare), (other, one["it"]), (one, other["it"])):
        await intruder.direct.execute(f"UPDATE {table} SET {column} = $1 WHERE id = $2", value, row["id"])
