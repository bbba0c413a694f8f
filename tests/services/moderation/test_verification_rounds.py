"""Each server's cases are verified once a day, and whoever looks is told of what is wrong."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from services.core import audit
from services.core.probes import State
from services.core.transactions import rows
from services.core.worker import Task
from services.moderation import verification_rounds
from tests.support.bot import GUILD, OTHER_GUILD
from tests.support.cases import opened

pytestmark = pytest.mark.usefixtures("database")


async def _round() -> list[int]:
    """One round and its jobs; the servers that it verified."""
    await verification_rounds.spread()
    waiting = await rows("DELETE FROM jobs RETURNING id, guild_id, kind")
    for job in waiting:
        await verification_rounds.run(Task(job["id"], job["guild_id"], job["kind"], {}, 1, False, uuid.uuid4()))
    return sorted(job["guild_id"] for job in waiting)


async def _log() -> list[object]:
    return [event.details["case"] for event in await audit.page(GUILD, action="moderation.tampered")]


async def test_servers_with_cases_are_verified_once_a_day() -> None:
    await opened()
    await opened(guild_id=OTHER_GUILD)
    assert await _round() == [GUILD, OTHER_GUILD]
    assert await _round() == []
    await rows("UPDATE case_chains SET verified_at = verified_at - $1::interval", timedelta(days=1))
    assert await _round() == [GUILD, OTHER_GUILD]
    assert await _log() == []
    (finding,) = await verification_rounds.probe(GUILD)
    assert finding.state is State.WORKS


async def test_what_is_wrong_is_logged_once_and_shown_until_it_is_put_right() -> None:
    await opened()
    await opened(reason="Spam")
    await rows("UPDATE moderation_logs SET reason = 'Nothing' WHERE number = 2")
    for _ in range(2):
        await _round()
        await rows("UPDATE case_chains SET verified_at = NULL")
        assert await _log() == [2]
        (finding,) = await verification_rounds.probe(GUILD)
        assert finding.state is State.BROKEN
    await rows("UPDATE moderation_logs SET reason = 'Spam' WHERE number = 2")
    await _round()
    (finding,) = await verification_rounds.probe(GUILD)
    assert finding.state is State.WORKS


async def test_a_server_whose_chain_was_deleted_is_verified_all_the_same() -> None:
    await opened()
    await rows("INSERT INTO guilds (discord_id) VALUES ($1)", GUILD)
    await rows("DELETE FROM case_chains")
    assert await _round() == [GUILD]
    assert await _log() == [None]
