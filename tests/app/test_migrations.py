"""The migrations make exactly what the models declare, and can be undone."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor, MigrationTarget
from tortoise.transactions import in_transaction

from app import database

MIGRATIONS = Path(__file__).parents[2] / "migrations"


async def test_no_model_was_changed_without_a_migration() -> None:
    async with TortoiseContext() as context:
        await context.init(config=database.FOR_MIGRATIONS, init_connections=False)
        assert context.apps is not None
        detector = MigrationAutodetector(context.apps, database.FOR_MIGRATIONS["apps"])
        assert [writer.as_string() for writer in await detector.changes()] == []


def test_each_migration_follows_the_one_before_it() -> None:
    names = sorted(file.stem for file in MIGRATIONS.glob("[0-9]*.py"))
    before = [import_module(f"migrations.{name}").Migration.dependencies for name in names[1:]]
    assert before == [[("models", name)] for name in names[:-1]]
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]


async def test_every_named_index_and_constraint_of_a_model_is_in_the_database(database_url: str) -> None:
    async with TortoiseContext() as context:
        await context.init(config=database.config(database_url))
        found = await context.db().execute_query_dict(
            "SELECT conname n FROM pg_constraint UNION SELECT indexname FROM pg_indexes"
        )
        present = {row["n"] for row in found}
        assert context.apps is not None
        models = list(context.apps["models"].values())
        named = {one.name for model in models for one in (*model._meta.constraints, *model._meta.indexes) if one.name}
        assert named
        assert named - present == set()


async def test_every_table_of_a_guild_leads_its_unique_keys_with_the_guild(database_url: str) -> None:
    async with TortoiseContext() as context:
        await context.init(config=database.config(database_url))
        stray = await context.db().execute_query_dict(UNIQUE_WITHOUT_GUILD)
    assert stray == []


async def test_all_migrations_can_be_undone_and_applied_again(server_url: str) -> None:
    url = urlsplit(server_url)._replace(path="/tatiana_undone").geturl()
    await database.create(url)
    config = database.config(url)
    everything = await database.upgrade(config)
    async with TortoiseContext() as context:
        await context.init(config=config)
        async with in_transaction("default") as transaction:
            executor = MigrationExecutor(transaction, config["apps"])
            await executor.migrate([MigrationTarget("models", "__first__")], direction="backward")
    assert await database.upgrade(config) == everything


UNIQUE_WITHOUT_GUILD = """
SELECT c.relname AS table, i.relname AS index FROM pg_index x
    JOIN pg_class c ON c.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'guild_id' AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND x.indisunique AND NOT x.indisprimary AND x.indkey[0] <> a.attnum"""
