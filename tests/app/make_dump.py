"""Makes the dump of today's schema: `scripts/dump` runs this; it is no test of anything."""

from __future__ import annotations

import gzip
import subprocess
from pathlib import Path

import pytest

from app import database
from app.embedded import find_programs
from app.settings import Settings
from services.core.transactions import rows
from tests.app.old_databases import FOLDER
from tests.app.statements import Recording
from tests.support.life import go_on, lived
from tests.support.whole import HOME, everything


async def test_make(settings: Settings, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = Recording()
    monkeypatch.setattr(database, "Connection", recording.connection_class())
    await database.connect(database.config(database_url))
    (newest,) = await rows("SELECT max(name) AS name FROM tortoise_migrations")
    async with everything(settings, HOME) as whole:
        async with lived(whole):
            _dump(database_url, FOLDER / f"{newest['name']}.sql.gz")
        recording.on = True
        await go_on(whole)
        recording.on = False
    await database.close()
    recording.write(FOLDER / f"{newest['name']}.statements.json.gz")


def _dump(url: str, file: Path) -> None:
    program = find_programs() / "pg_dump"
    made = subprocess.run(
        [program, "--inserts", "--no-owner", "--no-privileges", url], check=True, capture_output=True
    ).stdout
    with gzip.GzipFile(file, "wb", mtime=0) as packed:
        packed.write(made)
