"""Chosen languages: known without asking, soon after the choice in any process, and while the database is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextvars import Context
from typing import Any

import pytest

from services import settings
from services.core import languages
from services.core.transactions import rows, transaction
from services.settings import Source
from tests.support.bot import ALICE, BOB, GUILD, OTHER_GUILD

pytestmark = [pytest.mark.usefixtures("database"), pytest.mark.within]


@pytest.fixture
async def known() -> AsyncIterator[None]:
    """As in a process that has looked who has chosen."""
    await languages.renew()
    yield
    languages.forget()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every statement that the memory of languages gives to the database from now on."""
    found: list[str] = []

    async def counted(sql: str, *values: Any) -> Any:
        found.append(sql)
        return await rows(sql, *values)

    monkeypatch.setattr(languages, "rows", counted)
    return found


async def elsewhere(user_id: int, language: str | None) -> None:
    """Another process lets somebody choose."""
    sql = (
        "INSERT INTO users (discord_id, username, language, language_at) VALUES ($1, 'x', $2, now()) "
        "ON CONFLICT (discord_id) DO UPDATE SET language = excluded.language, language_at = excluded.language_at"
    )
    await rows(sql, user_id, language)


async def test_before_the_first_look_everyone_is_looked_up() -> None:
    await elsewhere(ALICE, "pt-BR")
    assert await languages.chosen(ALICE, GUILD) == ("pt-BR", None)


async def test_fifty_thousand_people_who_chose_nothing_cost_no_statement(known: None, asked: list[str]) -> None:
    assert {await languages.chosen(ALICE + number, GUILD + number) for number in range(50_000)} == {(None, None)}
    assert asked == []


async def test_a_choice_of_this_process_counts_at_once_and_one_of_another_with_the_next_look(known: None) -> None:
    await languages.choose_for_member(ALICE, "alice", "es-ES")
    assert await languages.chosen(ALICE, GUILD) == ("es-ES", None)
    await elsewhere(BOB, "pt-BR")
    await elsewhere(ALICE, None)
    await languages.renew()
    assert await languages.chosen(BOB, GUILD) == ("pt-BR", None)
    assert await languages.chosen(ALICE, GUILD) == (None, None)


async def test_what_a_server_speaks_counts_at_once_and_ends_when_it_follows_discord_again(known: None) -> None:
    for chosen, spoken in (("pt-BR", "pt-BR"), ("auto", None)):
        await settings.save(GUILD, ALICE, {"general.language": chosen}, source=Source.COMMAND)
        assert await languages.chosen(BOB, GUILD) == (None, spoken)
        languages.forget()
        await languages.renew()
        assert await languages.chosen(BOB, GUILD) == (None, spoken)
    assert await languages.chosen(BOB, OTHER_GUILD) == (None, None)


async def test_a_choice_that_is_undone_was_never_made(known: None) -> None:
    async def undone() -> None:
        async with transaction():
            await languages.choose_for_member(ALICE, "alice", "es-ES")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await undone()
    assert await languages.chosen(ALICE, GUILD) == (None, None)


async def test_a_look_that_began_before_a_choice_does_not_undo_it(known: None, monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(sql: str, *values: Any) -> Any:
        found = await rows(sql, *values)
        monkeypatch.undo()
        await languages.choose_for_member(ALICE, "alice", "es-ES")
        return found

    await languages.choose_for_member(ALICE, "alice", "pt-BR")
    monkeypatch.setattr(languages, "rows", slow)
    await languages.renew()
    assert await languages.chosen(ALICE, GUILD) == ("es-ES", None)


async def test_a_choice_that_is_committed_late_is_seen(known: None) -> None:
    async with transaction():
        await elsewhere(ALICE, "pt-BR")
        await asyncio.create_task(languages.renew(), context=Context())
    assert await languages.chosen(ALICE, GUILD) == (None, None)
    await languages.renew()
    assert await languages.chosen(ALICE, GUILD) == ("pt-BR", None)


async def test_what_is_known_stays_known_while_the_database_is_away(
    known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await languages.choose_for_member(ALICE, "alice", "pt-BR")

    async def away(_sql: str, *_values: Any) -> Any:
        raise ConnectionError

    monkeypatch.setattr(languages, "rows", away)
    await languages.renew()
    assert await languages.chosen(ALICE, GUILD) == ("pt-BR", None)
    languages.forget()
    assert await languages.chosen(ALICE, GUILD) == (None, None)


async def test_more_choices_than_are_remembered_are_looked_up_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "MAX_CACHED_CHOICES", 2)
    monkeypatch.setattr(languages, "PAGE", 1)
    for number in range(4):
        await elsewhere(ALICE + number, "pt-BR")
    await languages.renew()
    assert await languages.chosen(ALICE + 3, GUILD) == ("pt-BR", None)


async def test_everything_is_read_a_page_at_a_time(monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    monkeypatch.setattr(languages, "PAGE", 2)
    await rows(
        "INSERT INTO users (discord_id, username, language) SELECT $1::bigint + n, 'x', 'es-ES' "
        "FROM generate_series(0, 4) n",
        ALICE,
    )
    await languages.renew()
    assert len(asked) == 3 + 1 + 1, "pages of members, a page of guilds, and what changed"
    assert [(await languages.chosen(ALICE + n, GUILD))[0] for n in range(5)] == ["es-ES"] * 5


async def test_whoever_was_erased_is_forgotten_with_the_next_look_at_everything(
    known: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await elsewhere(ALICE, "pt-BR")
    await languages.renew()
    await rows("DELETE FROM users WHERE discord_id = $1", ALICE)
    monkeypatch.setattr(languages, "ALL", -1)
    await languages.renew()
    assert await languages.chosen(ALICE, GUILD) == (None, None)
