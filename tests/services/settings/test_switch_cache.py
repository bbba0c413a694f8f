"""Most servers have every area on, and no command of theirs asks the database about it."""

from __future__ import annotations

import pytest

from services.core.actors import Actor
from services.core.transactions import rows
from services.settings import Source, cache, switch_cache, switches
from services.settings.switch_cache import look, may_be_off
from tests.support.bot import GUILD, MANAGER

pytestmark = pytest.mark.usefixtures("database")
ELSEWHERE = GUILD + 1
ADMIN = Actor(MANAGER, "r")


async def turn(on: bool) -> None:
    await switches.turn(GUILD, ADMIN, "games", on, source=Source.COMMAND)


async def test_only_a_server_that_turned_something_off_is_asked_about() -> None:
    await turn(False)
    await look()
    assert may_be_off(GUILD)
    assert not may_be_off(ELSEWHERE)
    await turn(True)
    await look()
    assert not may_be_off(GUILD)


async def test_what_an_admin_turns_off_is_off_at_once() -> None:
    await look()
    await turn(False)
    assert may_be_off(GUILD)


async def test_what_is_turned_off_in_another_process_is_off_once_it_says_so() -> None:
    await look()
    cache.forget(GUILD)
    assert may_be_off(GUILD)


async def test_what_was_read_before_a_change_is_not_remembered_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def overtaken(sql: str, *values: object) -> list[dict[str, object]]:
        found = await rows(sql, *values)
        await turn(False)
        return found

    await look()
    monkeypatch.setattr(switch_cache, "rows", overtaken)
    await look()
    assert may_be_off(GUILD)


@pytest.mark.parametrize("bound", ["TRUSTED", "MAX_GUILDS"])
async def test_where_memory_does_not_suffice_every_server_is_asked_about(
    monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    await turn(False)
    monkeypatch.setattr(switch_cache, bound, 0)
    await look()
    assert may_be_off(ELSEWHERE)
