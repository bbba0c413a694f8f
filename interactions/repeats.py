"""An interaction delivered twice at once: both deliveries get the same response."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from interactions.wire import WireResponse


class FirstResponse(NamedTuple):
    """A first response, and the result of the call ("" if counted later)."""

    wire: WireResponse
    how: str


class Repeats:
    """Remembers responses under way; finished ones are in the idempotency records."""

    def __init__(self) -> None:
        self._answers: dict[int, asyncio.Future[FirstResponse]] = {}

    async def first(self, interaction_id: int, answer: Callable[[], Awaitable[FirstResponse]]) -> FirstResponse:
        """The response to the first delivery of this interaction."""
        if (earlier := self._answers.get(interaction_id)) is not None:
            return await asyncio.shield(earlier)
        self._answers[interaction_id] = under_way = asyncio.get_running_loop().create_future()
        try:
            told = await answer()
        except BaseException:
            under_way.cancel()
            raise
        else:
            under_way.set_result(told)
            return told
        finally:
            del self._answers[interaction_id]
