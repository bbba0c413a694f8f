"""Runs an erasure step by step: each step is repeatable, and none can be blocked by what others do meanwhile.

What an erasure covers is fixed when it begins. Anything later, such as a payment, is not part of it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence

from redis.exceptions import RedisError

from locales import Text, t
from services.core import areas, audit, clock, store
from services.core.erasure_steps import Erased, ErasureStep, When
from services.core.errors import Conflict
from services.core.tags import NOBODY, Holds, OnErasure, Table
from services.core.transactions import rows, transaction

SIZE = 20_000  # ids per statement, so that none comes near the time limit

_LOCK = "SELECT user_id, due_at FROM erasures WHERE id = $1 AND done_at IS NULL FOR UPDATE"
_BEGIN = "UPDATE erasures SET begun_at = coalesce(begun_at, tatiana_now()) WHERE id = $1"
_STEP = "UPDATE erasures SET step = $2 WHERE id = $1 AND done_at IS NULL"
_DONE = """
UPDATE erasures SET done_at = tatiana_now(), user_id = $2, wallets = NULL, step = NULL WHERE id = $1 AND done_at IS NULL
RETURNING id"""


async def run(erasure_id: int) -> bool:
    """Erase a person; False if it was cancelled or is done. An interrupted run is simply run again."""
    erased = await _begin(erasure_id)
    if erased is None:
        return False
    await _steps(erased, When.FIRST)
    await _tables(erased, [name for name, table in areas.tables().items() if table.source])
    await _steps(erased, When.BEFORE_TABLES)
    await _tables(erased, [name for name, table in areas.tables().items() if not table.by_steps])
    await _steps(erased, When.AFTER_TABLES)
    async with transaction():
        await _within(erased, When.END)
        if await rows(_DONE, erasure_id, NOBODY):
            await audit.record(0, NOBODY, "erasure.done", str(erasure_id))
    return True


def step_words(name: str | None) -> Text:
    """The label of a step, for the progress display."""
    steps = areas.erasure_steps()
    if step := steps.get(name or ""):
        return step.about
    if table := areas.tables().get(name or ""):
        return t("Deleting: {what}", what=table.about)
    return next(iter(steps.values())).about  # it has just begun


async def _begin(erasure_id: int) -> Erased | None:
    async with transaction():
        found = await rows(_LOCK, erasure_id)
        if not found:
            return None
        if found[0]["due_at"] > clock.now():
            raise Conflict(t("It's too early for that."))
        await rows(_BEGIN, erasure_id)
        erased = Erased(erasure_id, found[0]["user_id"])
        await _within(erased, When.BEGIN)
    return erased


async def _within(erased: Erased, when: When) -> None:
    """Run the steps that belong in the open transaction."""
    for step in _of(when).values():
        await step.run(erased)


async def _steps(erased: Erased, when: When) -> None:
    for name, step in _of(when).items():
        await _note(erased, name)
        await step.run(erased)


def _of(when: When) -> Mapping[str, ErasureStep]:
    return {name: step for name, step in areas.erasure_steps().items() if step.when is when}


async def _tables(erased: Erased, names: Sequence[str]) -> None:
    for name in names:
        await _note(erased, name)
        await _erase(erased, name)


async def _note(erased: Erased, step: str) -> None:
    await rows(_STEP, erased.erasure_id, step)


async def _erase(erased: Erased, name: str) -> None:
    table = areas.tables()[name]
    statements = list(table.erase) or _statements(name, table)
    if not statements:
        return
    (ends,) = await rows(f"SELECT min({table.key}) AS first, max({table.key}) AS last FROM {name}")  # noqa: S608  # nosec B608  (our own names)
    if ends["first"] is None:
        return
    size = SIZE if table.key == "id" else ends["last"] - ends["first"] + 1
    for start in range(ends["first"] - 1, ends["last"], size):
        for statement in statements:
            await rows(statement, erased.user_id, start, start + size)


def _statements(name: str, table: Table) -> Sequence[str]:
    """The erasure statements from a table's tags; built from our own names, never from user input."""
    made = []
    within = f"{table.key} > $2 AND {table.key} <= $3"
    for column, tag in table.columns.items():
        if tag.holds is Holds.PERSON and tag.fate is OnErasure.ROW_GOES:
            made.append(f"DELETE FROM {name} WHERE {column} = $1 AND {within}")  # noqa: S608  # nosec B608  (our own names)
        elif tag.holds is Holds.PERSON and tag.fate is OnErasure.NAMELESS:
            made.append(f"UPDATE {name} SET {column} = {NOBODY} WHERE {column} = $1 AND {within}")  # noqa: S608  # nosec B608  (our own names)
        elif tag.fate is OnErasure.BLANKED:
            made.append(
                f"UPDATE {name} SET {column} = replace({column}::text, $1::bigint::text, '0')::jsonb "  # noqa: S608  # nosec B608  (our own names)
                f"WHERE {column}::text LIKE '%' || $1::bigint::text || '%' AND {within}"
            )
    return made


async def clear_cache(erased: Erased) -> None:
    """Delete everything in Redis under the person's id."""
    redis = store.redis()
    if redis is None:
        return
    # Everything there expires within a day; a Redis outage must not block an erasure.
    with contextlib.suppress(RedisError, OSError):
        async for key in redis.scan_iter(match=f"*{erased.user_id}*", count=1000):
            await redis.delete(key)
