"""How often a command that only reads asks the database and Redis: each question takes as long as all else it does."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis
from structlog.contextvars import get_contextvars

from app.connections import Client
from services.core import languages
from services.settings import switch_cache
from tests.support.bot import ALICE, GUILD, Bot
from tests.support.waiting import until

REDIS = "Redis"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked for a command; what runs beside all commands has no request id."""
    asked: list[str] = []
    query, command = Client.execute_query_dict, Redis.execute_command

    async def queried(client: Client, sql: str, values: list[Any] | None = None) -> Any:
        asked.extend([sql] if "request_id" in get_contextvars() else [])
        return await query(client, sql, values)

    async def commanded(redis: Any, *words: Any, **options: Any) -> Any:
        asked.extend([REDIS] if "request_id" in get_contextvars() else [])
        return await command(redis, *words, **options)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(Client, "execute_query_dict", queried)
    monkeypatch.setattr(Redis, "execute_command", commanded)
    return asked


@pytest.mark.parametrize(("command", "questions"), [("ping", 0), ("balance", 1)])
async def test_a_command_that_reads_asks_for_nothing_but_what_it_shows(
    bot: Bot, asked: list[str], command: str, questions: int
) -> None:
    await until(lambda: not switch_cache.may_be_off(GUILD) and languages._known.whole)
    await bot.slash(command, by=ALICE)
    assert len(asked) == questions, asked
    assert REDIS not in asked
