"""Databases of earlier releases, with rows in every table, are brought up to date and lose nothing."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
from asyncpg.prepared_stmt import PreparedStatement

from app import database as storage
from app.database_url import credentials
from app.settings import Settings
from interactions.custom_ids import Signer
from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER
from services.core import areas, idempotency
from services.core.idempotency import Answer
from services.core.process import derived
from services.core.transactions import rows
from services.economy import ledger_audit, offers
from tests.app import old_databases, statements
from tests.app.old_databases import FOLDER, NAMES
from tests.app.old_promises import accept_an_old_offer, read_balances_by_an_old_key
from tests.support.coins import balance
from tests.support.waiting import until
from tests.support.whole import HOME, everything

MIGRATIONS = Path(__file__).parents[2] / "migrations"
MADE_BY = sorted(file.stem for file in MIGRATIONS.glob("[0-9]*.py"))
# Releases that ask for `*` have to prepare some statements anew when a column is added; later ones name their columns.
NAMELESS_COLUMNS = {"0003_plans", "0010_jobs", "0013_transfers_by_kind"}
# Since 0009 digests cover a seal in the place of names, so the chain was made anew once.
MADE_ANEW = {("postings", "digest"), ("user_economy", "head")}

Line = dict[str, Any]


class Upgraded(NamedTuple):
    """A database that was upgraded, with all its rows before and after."""

    release: str
    url: str
    before: dict[str, list[Line]]
    after: dict[str, list[Line]]
    running: asyncpg.Connection[Any]  # of a process of that release: it prepared its statements before
    prepared: dict[str, PreparedStatement]


@pytest.fixture(params=NAMES, scope="module")
async def upgraded(server_url: str, request: pytest.FixtureRequest) -> AsyncIterator[Upgraded]:
    url = await old_databases.restore(server_url, request.param, f"tatiana_old_{os.getpid()}")
    running: asyncpg.Connection[Any] = await asyncpg.connect(**credentials(url))
    recorded = statements.read(FOLDER / f"{request.param}.statements.json.gz")
    prepared = {sql: await running.prepare(sql) for sql in {sql for changes in recorded for sql, _ in changes}}
    await running.execute(
        "SELECT 1"
    )  # the driver ends what preparing began, with its locks, at the next statement only
    before = await _contents(url)
    await storage.upgrade(storage.config(url))
    yield Upgraded(request.param, url, before, await _contents(url), running, prepared)
    await running.close()
    await old_databases.drop(url)


def test_each_migration_is_followed_by_a_dump_for_the_next_one_to_be_tried_on() -> None:
    assert set(NAMES) <= set(MADE_BY), "no migration has this dump's name: delete the dump and run scripts/dump"
    assert NAMES[-1] == MADE_BY[-1], f"run scripts/dump and commit tests/app/dumps/{MADE_BY[-1]}.*"


async def test_the_newest_dump_has_a_row_in_every_table(server_url: str) -> None:
    url = await old_databases.restore(server_url, NAMES[-1], f"tatiana_newest_{os.getpid()}")
    empty = [table for table, lines in (await _contents(url)).items() if not lines]
    await old_databases.drop(url)
    assert empty == [], "let tests/support/life.py leave a row there, and run scripts/dump"


async def test_an_upgraded_database_is_made_like_a_new_one(upgraded: Upgraded, database_url: str) -> None:
    assert await _schema(upgraded.url) == await _schema(database_url)


async def test_an_upgrade_keeps_every_row_and_what_it_says(upgraded: Upgraded) -> None:
    for table, lines in upgraded.before.items():
        said = [_said(table, line, lines[0]) for line in lines]
        kept = [_said(table, line, lines[0]) for line in upgraded.after[table]] if lines else []
        assert [line for line in said if line not in kept] == [], table


async def test_processes_of_the_earlier_release_go_on_working_beside_the_new_one(upgraded: Upgraded) -> None:
    """Its own statements, prepared before the upgrade, sent again afterwards: none may be refused."""
    changes = [sql for sql in upgraded.prepared if "INSERT INTO transfers" in sql]
    assert changes, "payments are among them"
    for transaction in statements.read(FOLDER / f"{upgraded.release}.statements.json.gz"):
        async with upgraded.running.transaction():
            for sql, values in transaction:
                await _send(upgraded, sql, values)
    await storage.connect(storage.config(upgraded.url))
    assert (await ledger_audit.audit(HARBOUR)).sound
    await storage.close()


async def test_who_was_there_before_goes_on_as_if_nothing_had_happened(upgraded: Upgraded, settings: Settings) -> None:
    areas.forget()
    await storage.connect(storage.config(upgraded.url))
    try:
        await _go_on(upgraded, settings)
    finally:
        await storage.close()


async def _go_on(upgraded: Upgraded, settings: Settings) -> None:
    # However old the dump is, its offers are still open.
    await rows("UPDATE offers SET expires_at = now() + interval '1 day'")
    await rows("UPDATE jobs SET due_at = now() + interval '1 day' WHERE kind = $1", offers.EXPIRE)
    async with everything(replace(settings, database_url=upgraded.url), HOME) as whole:
        play, had = whole.play, await balance(ALICE, HARBOUR)
        assert had > 10
        assert f"**{had:,}**" in (await play.slash("balance", as_=ALICE)).content
        await play.slash("pay", as_=ALICE, member=BOB, amount="10")
        assert await balance(ALICE, HARBOUR) == had - 10
        assert "Rope" in (await play.slash("inventory view", as_=ALICE)).content
        assert "Rope" in (await play.slash("shop view", as_=ALICE)).content
        assert "250" in (await play.slash("economy settings", as_=MANAGER)).content
        await accept_an_old_offer(play, Signer(derived(settings.secret_key or "", b"custom_ids")))
        if upgraded.before.get("api_keys"):
            await read_balances_by_an_old_key(whole)
        assert (await ledger_audit.audit(HARBOUR)).sound


async def test_who_pays_while_a_migration_waits_for_a_table_does_not_wait_with_it(server_url: str) -> None:
    url = await old_databases.restore(server_url, "0010_jobs", f"tatiana_busy_{os.getpid()}")
    slow, quick = [await asyncpg.connect(**credentials(url)) for _ in range(2)]
    async with slow.transaction():
        await slow.execute(CREATE_TRANSFER, "slow")
        upgrading = asyncio.create_task(storage.upgrade_patiently(storage.config(url)))
        await until(lambda: quick.fetchval(WAITING_FOR_A_TABLE))
        await quick.execute(CREATE_TRANSFER, "quick", timeout=8)
        assert not upgrading.done()
    assert MADE_BY[-1] in await upgrading
    for connection in (slow, quick):
        await connection.close()
    await old_databases.drop(url)


async def test_what_runs_in_a_transaction_when_a_column_changes_its_type_is_done_once(server_url: str) -> None:
    url = await old_databases.restore(server_url, NAMES[-1], f"tatiana_busy_{os.getpid()}")
    await storage.connect(storage.config(url, connections=2))

    async def spend() -> Answer:
        (wallet,) = await rows(_SPEND, HARBOUR, ALICE)
        return {"streak": wallet["daily_streak"]}

    async def once(key: str) -> Answer:
        return await idempotency.once(HARBOUR, key, ALICE, "test", spend, lambda error: {"refused": str(error)})

    await asyncio.gather(*(once(f"before {number}") for number in range(6)))
    (before,) = await rows(_SPEND, HARBOUR, ALICE)
    direct = await asyncpg.connect(**credentials(url))
    await direct.execute("ALTER TABLE user_economy ALTER daily_streak TYPE bigint")
    await direct.close()
    answers = await asyncio.gather(*(once(f"after {number}") for number in range(6)))
    first = before["daily_streak"]
    assert sorted(answer["streak"] for answer in answers) == [*range(first + 1, first + 7)]
    await storage.close()
    await old_databases.drop(url)


async def _send(upgraded: Upgraded, sql: str, values: list[Any]) -> None:
    try:
        async with upgraded.running.transaction():
            await statements.send(upgraded.prepared[sql], values)
    except asyncpg.InvalidCachedStatementError:
        assert upgraded.release in NAMELESS_COLUMNS, sql
        upgraded.prepared[sql] = await upgraded.running.prepare(sql)
        await statements.send(upgraded.prepared[sql], values)


async def _contents(url: str) -> dict[str, list[Line]]:
    """Every row of every table."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(**credentials(url))
    found = {}
    for (table,) in await connection.fetch(_TABLES):
        lines = await connection.fetch(f"SELECT to_jsonb(line)::text FROM {table} line")
        found[table] = [json.loads(line) for (line,) in lines]
    await connection.close()
    return found


def _said(table: str, line: Line, like: Line) -> Line:
    """What a row says in the columns that another one has."""
    return {column: value for column, value in line.items() if column in like and (table, column) not in MADE_ANEW}


async def _schema(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a schema is made of, in no matter which order it was made."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(**credentials(url))
    found = {part: [tuple(row) for row in await connection.fetch(sql)] for part, sql in _SCHEMA.items()}
    await connection.close()
    return found


CREATE_TRANSFER = (
    "INSERT INTO transfers (guild_id, key, kind, actor_id, reason, details) VALUES (1, $1, '', 1, '', '{}')"
)
_SPEND = """
UPDATE user_economy SET daily_streak = daily_streak + 1 WHERE guild_id = $1 AND user_id = $2 RETURNING daily_streak"""
WAITING_FOR_A_TABLE = "SELECT bool_or(wait_event = 'relation') FROM pg_stat_activity WHERE datname = current_database()"
_TABLES = """SELECT quote_ident(tablename) FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations' ORDER BY 1"""
_SCHEMA = {
    "columns": """
        SELECT table_name, column_name, data_type, character_maximum_length, collation_name, is_nullable, column_default
          FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1, 2""",
    "indexes": "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2",
    "constraints": r"""
        -- a dump brings back the same list of words with other casts
        SELECT conrelid::regclass::text, conname,
               regexp_replace(pg_get_constraintdef(oid), '::(character varying|text)(\[\])?|[()]', '', 'g')
          FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype <> 'n' ORDER BY 1, 2""",
    "triggers": """
        SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled FROM pg_trigger
         WHERE NOT tgisinternal ORDER BY 1, 2""",
    "functions": """
        SELECT proname, pg_get_function_identity_arguments(oid), prosrc, provolatile FROM pg_proc
         WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2""",
    "migrations": "SELECT name FROM tortoise_migrations ORDER BY name",
}
