"""A time limit for responses: clients waiting for a silent database get a clear error."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.types import Message, Send

from services.core.transactions import LOST, rows

LONGEST = 1.5  # seconds after which the database is checked
PROBE = 0.4  # seconds it has to answer


class Answering:
    """One request's response; after `hurry`, `give_up` responds if the database is silent."""

    __slots__ = ("_clock", "_give_up", "_leaving", "_send", "left", "status")

    def __init__(self, send: Send, give_up: Callable[[Send], Awaitable[None]]) -> None:
        self._send, self._give_up = send, give_up
        self.left = False  # already told that it takes too long
        self._leaving: asyncio.Task[None] | None = None
        self._clock: asyncio.TimerHandle | None = None
        self.status = 0

    def hurry(self) -> None:
        """Start the time limit."""
        self._clock = asyncio.get_running_loop().call_later(LONGEST, self._look)

    async def send(self, message: Message) -> None:
        """Send the message on, unless nobody is waiting any more."""
        if self.left:
            return
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)

    def end(self) -> None:
        """Note that nobody is waiting any more."""
        if self._clock:
            self._clock.cancel()

    def _look(self) -> None:
        self._leaving = asyncio.create_task(self._leave())

    async def _leave(self) -> None:
        # Work under way runs to its end: if interrupted, nobody would know whether it happened.
        if not self.status and await silent() and not self.status:
            self.left, self.status = True, HTTPStatus.SERVICE_UNAVAILABLE
            await self._give_up(self._send)


class _Probe:
    task: asyncio.Task[bool] | None = None


_probe = _Probe()


async def silent() -> bool:
    """Whether the database does not answer a trivial query; all callers share one."""
    if _probe.task is None or _probe.task.done():
        _probe.task = asyncio.create_task(_answers())
    # Not cancelled: the driver would wait for the server to confirm it.
    await asyncio.wait((_probe.task,), timeout=PROBE)
    return not (_probe.task.done() and _probe.task.result())


async def _answers() -> bool:
    try:
        await rows("SELECT 1")
    except LOST:
        return False
    return True
