"""Once and only once, whatever fails in between: what is kept of a request, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from asyncpg import DeadlockDetectedError, InvalidCachedStatementError, SerializationError

from services.core import idempotency
from services.core.errors import UserError
from services.core.idempotency import Unknown
from services.core.transactions import Gate, GivenUp, after_commit, rows
from tests.support.bot import ALICE, GUILD

pytestmark = pytest.mark.usefixtures("database")

DONE, REFUSED = {"said": "done"}, {"said": "refused"}


async def once(effect: Callable[[], Any], gate: Gate | None = None) -> dict[str, Any]:
    return await idempotency.once(GUILD, "key", ALICE, "test", effect, lambda _error: REFUSED, gate)


async def kept() -> list[dict[str, Any]]:
    return await rows("SELECT user_id, action, refused FROM receipts")


@pytest.mark.parametrize("fault", [DeadlockDetectedError, SerializationError, InvalidCachedStatementError])
@pytest.mark.parametrize(("failures", "runs"), [(0, 1), (1, 2), (2, 3), (3, 3), (4, 3)])
async def test_what_lost_a_race_is_tried_three_times(fault: type[Exception], failures: int, runs: int) -> None:
    begun = 0

    async def effect() -> dict[str, Any]:
        nonlocal begun
        begun += 1
        if begun <= failures:
            raise fault("lost the race")
        return DONE

    if failures < 3:
        assert await once(effect) == DONE
        assert await kept() == [{"user_id": ALICE, "action": "test", "refused": False}]
    else:
        with pytest.raises(fault):
            await once(effect)
        assert await kept() == []
    assert begun == runs


async def test_a_refusal_is_kept_as_one_and_given_again() -> None:
    async def refuse() -> dict[str, Any]:
        raise UserError("no")

    async def effect() -> dict[str, Any]:
        return DONE

    assert await once(refuse) == REFUSED
    assert await once(effect) == REFUSED
    assert await kept() == [{"user_id": ALICE, "action": "test", "refused": True}]


async def test_a_request_that_was_done_is_settled_by_its_first_answer() -> None:
    async def effect() -> dict[str, Any]:
        return DONE

    await once(effect)
    assert await idempotency.settle(GUILD, "key", ALICE, "test", REFUSED) == DONE
    assert await idempotency.recall(GUILD, "key") == DONE
    assert await idempotency.recall(GUILD, "another") is None


async def lose() -> None:
    raise ConnectionResetError


async def lose_the_receipt() -> None:
    await rows("DELETE FROM receipts")
    raise ConnectionResetError


async def hide_the_receipts() -> None:
    await rows("ALTER TABLE receipts RENAME TO hidden")
    raise ConnectionResetError


async def test_a_connection_that_breaks_after_its_commit_loses_no_answer() -> None:
    async def effect() -> dict[str, Any]:
        await after_commit(lose)
        return DONE

    assert await once(effect, Gate()) == DONE


async def test_a_commit_that_left_no_receipt_is_called_unknown() -> None:
    async def effect() -> dict[str, Any]:
        await after_commit(lose_the_receipt)
        return DONE

    with pytest.raises(Unknown):
        await once(effect)


async def test_a_commit_whose_receipt_cant_be_read_is_called_unknown() -> None:
    async def effect() -> dict[str, Any]:
        await after_commit(hide_the_receipts)
        return DONE

    try:
        with pytest.raises(Unknown):
            await once(effect)
    finally:
        await rows("ALTER TABLE hidden RENAME TO receipts")


@pytest.mark.parametrize("fault", [RuntimeError, ConnectionResetError])
async def test_a_fault_before_the_commit_is_no_doubt(fault: type[Exception]) -> None:
    async def effect() -> dict[str, Any]:
        raise fault("a bug, or a connection that broke")

    with pytest.raises(fault) as raised:
        await once(effect)
    assert not isinstance(raised.value, Unknown)
    assert await kept() == []


async def test_a_bug_tells_nothing_of_what_was_done_before() -> None:
    async def effect() -> dict[str, Any]:
        return DONE

    async def broken() -> dict[str, Any]:
        raise RuntimeError("a bug")

    await once(effect)
    with pytest.raises(RuntimeError):
        await once(broken)


async def test_what_was_given_up_is_not_done() -> None:
    gate = Gate()

    async def effect() -> dict[str, Any]:
        gate.close()
        return DONE

    with pytest.raises(GivenUp):
        await once(effect, gate)
    assert await kept() == []
