"""Supervises all sockets of this process: their number, and whether each still may listen."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from contextvars import Context

from services.live import tickets
from web.sockets.conversation import SIGNED_OUT, Conversation

MAX_SOCKETS = 5_000  # sockets per process
MOST_OF_ONE = 20  # sockets per person and process
EVERY = 0.4  # seconds between checks for ended sign-ins
QUESTIONS = 8  # concurrent requests to Discord


class Guard:
    """Supervises conversations with one task, which runs only while there are any."""

    def __init__(self) -> None:
        self._all: set[Conversation] = set()
        self._of: Counter[int] = Counter()
        self._looking: asyncio.Task[None] | None = None
        self._asking: dict[tuple[int, Conversation], asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._all)

    def enter(self, one: Conversation) -> bool:
        """Add a conversation; False if the person has too many."""
        if self._of[one.holder.user_id] >= MOST_OF_ONE:
            return False
        self._all.add(one)
        self._of[one.holder.user_id] += 1
        if self._looking is None:
            self._looking = asyncio.get_running_loop().create_task(self._look(), context=Context())
        return True

    def leave(self, one: Conversation) -> None:
        """Remove a conversation."""
        if one not in self._all:
            return
        self._all.discard(one)
        self._of[one.holder.user_id] -= 1
        if not self._of[one.holder.user_id]:
            del self._of[one.holder.user_id]
        if not self._all and self._looking is not None:
            self._looking.cancel()
            self._looking = None

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(Exception):  # without the database, nobody can be signed out and no events arrive
                await self._close_signed_out()
            self._check_roles()
            await asyncio.sleep(EVERY)

    async def _close_signed_out(self) -> None:
        looked_at = tuple(self._all)
        living = await tickets.living({one.holder for one in looked_at})
        for one in looked_at:
            if one.holder not in living:
                one.outbox.close(SIGNED_OUT, "signed out")

    def _check_roles(self) -> None:
        now = asyncio.get_running_loop().time()
        for one in self._all:
            for guild_id, due in one.due.items():
                if len(self._asking) >= QUESTIONS:
                    return
                key = guild_id, one
                if due <= now and key not in self._asking:
                    asked = self._asking[key] = asyncio.get_running_loop().create_task(one.check(guild_id))
                    asked.add_done_callback(lambda _task, key=key: self._asking.pop(key))  # type: ignore[misc]  # of a default no type is inferred
