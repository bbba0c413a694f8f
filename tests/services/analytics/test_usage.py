"""Statistics: written in batches, never in anybody's way."""

from __future__ import annotations

import time

import pytest

from services.analytics import usage
from services.analytics.usage import Recorder, Use
from services.core.transactions import rows
from services.privacy import retention

USE = Use(7, 1, "alice", None, "daily", 12, "answered", time.time())


@pytest.mark.usefixtures("database")
async def test_uses_become_rows_and_people_are_known_by_their_newest_name() -> None:
    recorder = Recorder()
    recorder.add(USE)
    recorder.add(USE._replace(username="alice2", at=USE.at + 1))
    recorder.add(USE._replace(guild_id=0, user_id=2, username="bob"))
    await recorder.flush()
    assert len(await rows("SELECT FROM command_usage")) == 3
    people = await rows("SELECT discord_id, username, avatar_url FROM users ORDER BY 1")
    assert [(person["discord_id"], person["username"]) for person in people] == [(1, "alice2"), (2, "bob")]
    assert people[0]["avatar_url"].startswith("https://cdn.discordapp.com/embed/avatars/")
    assert len(await rows("SELECT FROM guilds")) == 1
    assert len(await rows("SELECT FROM user_guild_data")) == 1


async def test_without_a_database_uses_wait_and_those_above_the_bound_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(usage, "BOUND", 2)
    dropped: list[int] = []
    recorder = Recorder(on_dropped=dropped.append)
    for _ in range(3):
        recorder.add(USE)
    await recorder.flush()
    assert len(recorder.waiting) == 2
    assert sum(dropped) == 1


@pytest.mark.usefixtures("database")
async def test_old_statistics_are_deleted_and_young_ones_kept() -> None:
    recorder = Recorder()
    recorder.add(USE)
    recorder.add(USE._replace(at=USE.at - 200 * 86400))
    await recorder.flush()
    await retention.clean()
    assert len(await rows("SELECT FROM command_usage")) == 1
