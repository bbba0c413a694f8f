"""Exactly once: a request's result is stored with its effect, and a repeat returns the first result."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from asyncpg import DeadlockDetectedError, InvalidCachedStatementError, SerializationError
from tortoise.exceptions import BaseORMException, IntegrityError

from models import Receipt
from services.core.errors import UserError
from services.core.transactions import LOST, Gate, rows, transaction

Answer = dict[str, Any]
ATTEMPTS = 3

_STORE = """
INSERT INTO receipts (guild_id, key, user_id, action, answer, refused) VALUES ($1, $2, $3, $4, $5::jsonb, $6)"""


class Unknown(ConnectionError):
    """A COMMIT was sent but never acknowledged; `settle` finds out once the database answers again."""


async def once(
    guild_id: int,
    key: str,
    user_id: int,
    action: str,
    effect: Callable[[], Awaitable[Answer]],
    refusal: Callable[[UserError], Answer],
    gate: Gate | None = None,
) -> Answer:
    """Run `effect` in one transaction with its idempotency record; a repeated key returns the first result.

    A `UserError` undoes everything, and its `refusal` is stored as the result. Any other error means that nothing
    was changed, except for `Unknown`.
    """
    gate = gate or Gate()
    attempt = 1
    while True:
        try:
            async with transaction(gate):
                answer = await effect()
                await _store(guild_id, key, user_id, action, answer, refused=False)
            return answer
        except UserError as error:
            return await settle(guild_id, key, user_id, action, refusal(error))
        except (DeadlockDetectedError, SerializationError, InvalidCachedStatementError):
            # The last one is caused by a migration; the driver has dropped its prepared statements by now.
            if attempt == ATTEMPTS:
                raise
            attempt += 1
        except Exception as error:
            if not (gate.passed or isinstance(error, (IntegrityError, *LOST))):
                raise
            # A repeat collides with the first one's record or transfer; a connection may have died after the commit.
            # Either way, only the record knows.
            first = await _recalled(guild_id, key)
            if first is None and gate.passed:
                raise Unknown from error
            if first is None:
                raise
            return first


async def recall(guild_id: int, key: str) -> Answer | None:
    """The stored result of a request, if there is one."""
    receipt = await Receipt.get_or_none(guild_id=guild_id, key=key)
    return receipt.answer if receipt else None


async def _recalled(guild_id: int, key: str) -> Answer | None:
    """The stored result, or None if it can't be read now."""
    try:
        return await recall(guild_id, key)
    except (BaseORMException, *LOST):
        return None


async def settle(guild_id: int, key: str, user_id: int, action: str, refusal: Answer) -> Answer:
    """Settle a request for good: return its stored result, or store and return `refusal` if it had no effect.

    Waits for a transaction under way with this key; a later one finds the refusal and changes nothing.
    """
    try:
        await _store(guild_id, key, user_id, action, refusal, refused=True)
    except IntegrityError:
        return await recall(guild_id, key) or refusal
    return refusal


async def _store(guild_id: int, key: str, user_id: int, action: str, answer: Answer, *, refused: bool) -> None:
    await rows(_STORE, guild_id, key, user_id, action, orjson.dumps(answer).decode(), refused)
