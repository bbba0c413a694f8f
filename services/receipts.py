"""Once and only once: what a request led to is stored with its effect, and a repeat gets the first answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from asyncpg import DeadlockDetectedError, SerializationError
from tortoise.exceptions import IntegrityError

from models import Receipt
from services.errors import UserError
from services.transactions import LOST, rows, transaction

Answer = dict[str, Any]
ATTEMPTS = 3

_STORE = """
INSERT INTO receipts (guild_id, key, user_id, action, answer, refused) VALUES ($1, $2, $3, $4, $5::jsonb, $6)"""


async def once(
    guild_id: int,
    key: str,
    user_id: int,
    action: str,
    effect: Callable[[], Awaitable[Answer]],
    refusal: Callable[[UserError], Answer],
) -> Answer:
    """Run `effect` in one transaction with its receipt; the same key again changes nothing and gets the first answer.

    A `UserError` undoes everything; its `refusal` is then the answer that is kept.
    """
    attempt = 1
    while True:
        try:
            async with transaction():
                answer = await effect()
                await _store(guild_id, key, user_id, action, answer, refused=False)
            return answer
        except UserError as error:
            return await _refuse(guild_id, key, user_id, action, refusal(error))
        except (DeadlockDetectedError, SerializationError):
            if attempt == ATTEMPTS:
                raise
            attempt += 1
        except (IntegrityError, *LOST):
            # A repeat stumbles over the first one's receipt or transfer; a connection may have died after the commit.
            # Either way only the receipt knows.
            if (first := await recall(guild_id, key)) is not None:
                return first
            raise


async def recall(guild_id: int, key: str) -> Answer | None:
    """The first answer to a request, if there was one."""
    receipt = await Receipt.get_or_none(guild_id=guild_id, key=key)
    return receipt.answer if receipt else None


async def _refuse(guild_id: int, key: str, user_id: int, action: str, answer: Answer) -> Answer:
    try:
        await _store(guild_id, key, user_id, action, answer, refused=True)
    except IntegrityError:
        return await recall(guild_id, key) or answer
    return answer


async def _store(guild_id: int, key: str, user_id: int, action: str, answer: Answer, *, refused: bool) -> None:
    await rows(_STORE, guild_id, key, user_id, action, orjson.dumps(answer).decode(), refused)
