"""Lists, searches and histories read a few pages of the database, however many cases a server has."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from models.moderation import CaseKind, CaseState
from services.core import clock
from services.core.transactions import rows
from services.moderation import case_list
from services.moderation.case_list import CaseFilter
from tests.support.bot import GUILD, OTHER_GUILD

FEW = 200  # blocks of 8 KB that one statement may read; a member has 100 cases, each in another block
FEW_OF_A_MILLION = 2_000  # ten times as many for fifty times as many cases: for a frequent word, the index of words

Look = Callable[[], Awaitable[object]]

_SEED = """
INSERT INTO moderation_logs (guild_id, number, action, user_id, moderator_id, reason, state, key, created_at)
SELECT $1, n, CASE WHEN n % ($2 / 4) = 7 THEN 'lock' WHEN n % 3 = 0 THEN 'warn' ELSE 'ban' END, n % ($2 / 100), n % 20,
       concat('word', n % 500, CASE WHEN n % 3 = 0 THEN ' spam' END, CASE WHEN n % ($2 / 4) = 7 THEN ' zebra' END),
       CASE WHEN n % ($2 / 4) = 7 THEN 'pending' WHEN n % 50 = 0 THEN 'active' ELSE 'ended' END, n::text,
       now() - make_interval(mins => ($2 - n)::int)
  FROM generate_series($3::bigint, $3 + 19999) AS n"""


async def test_what_is_looked_for_is_found_without_reading_all_cases(
    database: str, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, few = (1_000_000, FEW_OF_A_MILLION) if full else (20_000, FEW)
    for guild_id in (GUILD, OTHER_GUILD):
        for first in range(1, size, 20_000):
            await rows(_SEED, guild_id, size, first)
    await rows("VACUUM ANALYZE moderation_logs")
    asked = _Asked(monkeypatch)
    for name, look in _looks(size).items():
        for sql, values in await asked.during(look):
            blocks = await _blocks(sql, values)
            assert blocks < few, f"{name}: {sql}"


def _looks(size: int) -> dict[str, Look]:
    def page(before: int | None = None, **wanted: Any) -> Look:
        return lambda: case_list.page(GUILD, CaseFilter(**wanted), before=before)

    return {
        "first page": page(),
        "a page in the middle": page(size // 2),
        "last page": page(11),
        "member": page(member_id=7),
        "moderator": page(moderator_id=7),
        "rare kind": page(action=CaseKind.LOCK),
        "rare state": page(state=CaseState.PENDING),
        "member and kind": page(member_id=7, action=CaseKind.WARN),
        "moderator and kind": page(moderator_id=7, action=CaseKind.BAN),
        "since lately": page(since=clock.now() - timedelta(minutes=5)),
        "since long ago": page(since=clock.now() - timedelta(days=3000)),
        "rare word": page(text="zebra"),
        "beginning of a rare word": page(text="zeb"),
        "frequent word": page(text="spam"),
        "unknown word": page(text="giraffe"),
        "member and word": page(member_id=7, text="spam"),
        "number": lambda: case_list.suggested(GUILD, "12"),
        "history": lambda: case_list.history(GUILD, 7),
        "active warnings": lambda: case_list.active_warnings(GUILD, 7),
    }


class _Asked:
    """The statements of a list."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._seen: list[tuple[str, tuple[Any, ...]]] = []
        for name in ("fetch", "rows"):
            patch.setattr(case_list, name, self._noting(getattr(case_list, name), is_fetch=name == "fetch"))

    async def during(self, look: Look) -> list[tuple[str, tuple[Any, ...]]]:
        self._seen.clear()
        await look()
        assert self._seen
        return list(self._seen)

    def _noting(self, ask: Any, *, is_fetch: bool) -> Any:
        async def note(*args: Any) -> Any:
            sql, *values = args[1:] if is_fetch else args
            self._seen.append((sql, tuple(values)))
            return await ask(*args)

        return note


async def _blocks(sql: str, values: tuple[Any, ...]) -> int:
    (row,) = await rows(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", *values)
    plan = orjson.loads(row["QUERY PLAN"])[0]["Plan"]
    return int(plan["Shared Hit Blocks"]) + int(plan["Shared Read Blocks"])
