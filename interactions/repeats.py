"""The same interaction delivered twice: what was told about the first is told about the second."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from interactions.wire import Wire

MOST = 10_000  # interactions


class Told(NamedTuple):
    """A first answer and how it went; `nothing` if it says that nothing was changed, of which there is no receipt."""

    wire: Wire
    how: str
    nothing: bool = False


class Repeats:
    """Remembers answers under way, and those that receipts can't: a repeat must not do what was said not to be done."""

    def __init__(self) -> None:
        self._answers: dict[int, asyncio.Future[Told]] = {}

    async def first(self, interaction_id: int, answer: Callable[[], Awaitable[Told]]) -> Told:
        """What the first delivery of this interaction is told, or was."""
        if (earlier := self._answers.get(interaction_id)) is not None:
            return await asyncio.shield(earlier)
        self._answers[interaction_id] = under_way = asyncio.get_running_loop().create_future()
        try:
            told = await answer()
        except BaseException:
            under_way.cancel()
            self._answers.pop(interaction_id, None)
            raise
        under_way.set_result(told)
        if not told.nothing:
            self._answers.pop(interaction_id, None)
        elif len(self._answers) > MOST:
            del self._answers[next(iter(self._answers))]
        return told
