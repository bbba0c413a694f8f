"""Once and only once: what a request led to is stored with its effect, and a repeat gets the first answer."""

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
    """A COMMIT was sent and never acknowledged: `settle` finds out, once the database answers again."""


async def once(
    guild_id: int,
    key: str,
    user_id: int,
    action: str,
    effect: Callable[[], Awaitable[Answer]],
    refusal: Callable[[UserError], Answer],
    gate: Gate | None = None,
) -> Answer:
    """Run `effect` in one transaction with its receipt; the same key again changes nothing and gets the first answer.

    A `UserError` undoes everything; its `refusal` is then the answer that is kept. Any other error means that nothing
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
            # The last one is a migration's doing: the driver has forgotten its prepared statements by now.
            if attempt == ATTEMPTS:
                raise
            attempt += 1
        except Exception as error:
            if not (gate.passed or isinstance(error, (IntegrityError, *LOST))):
                raise
            # A repeat stumbles over the first one's receipt or transfer; a connection may have died after the commit.
            # Either way only the receipt knows.
            first = await _recalled(guild_id, key)
            if first is None and gate.passed:
                raise Unknown from error
            if first is None:
                raise
            return first


async def recall(guild_id: int, key: str) -> Answer | None:
    """The first answer to a request, if there was one."""
    receipt = await Receipt.get_or_none(guild_id=guild_id, key=key)
    return receipt.answer if receipt else None


async def _recalled(guild_id: int, key: str) -> Answer | None:
    """The first answer, or None where none can be read now."""
    try:
        return await recall(guild_id, key)
    except (BaseORMException, *LOST):
        return None


async def settle(guild_id: int, key: str, user_id: int, action: str, refusal: Answer) -> Answer:
    """What a request led to, for good: its first answer or, if it led to nothing, `refusal`, which is then its answer.

    A transaction under way with this key is waited for; one that begins later finds the refusal and changes nothing.
    """
    try:
        await _store(guild_id, key, user_id, action, refusal, refused=True)
    except IntegrityError:
        return await recall(guild_id, key) or refusal
    return refusal


async def _store(guild_id: int, key: str, user_id: int, action: str, answer: Answer, *, refused: bool) -> None:
    await rows(_STORE, guild_id, key, user_id, action, orjson.dumps(answer).decode(), refused)
