"""A process that is killed after one of its statements."""

from __future__ import annotations

import asyncio
from typing import Any

from app import database as storage


class Mortal(storage.Connection):
    """A connection whose process dies after a number of statements of one task."""

    left: int | None = None
    task: asyncio.Task[Any] | None = None

    async def fetch(self, *given: Any, **named: Any) -> Any:
        answer = await super().fetch(*given, **named)
        if Mortal.left is not None and asyncio.current_task() is Mortal.task:
            Mortal.left -= 1
            if Mortal.left < 0:
                Mortal.left = None
                raise ConnectionResetError("killed")
        return answer
