"""One reader of events for all who watch in this process; nothing is read while nobody does."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from services.live import events
from services.live.events import NOWHERE, Cursor, Event, EventBatch, Kind

log = structlog.get_logger(__name__)

PAGE = 200  # events read at once
GAP = 0.05  # seconds between two readings: what is told to many is read in few
POLL = 0.5  # seconds after which is read although nobody nudged: single statements commit without a word
READERS = 4  # of what happened before, at once: the pool is for others too


class Watcher(Protocol):
    """Somebody who is told; none of these may wait but `room`."""

    def opened(self, watch: Subscription, *, reset: bool) -> None:
        """From `watch.position` on events follow; with `reset` there may be a gap before it."""

    def offer(self, event: Event) -> bool:
        """Take one event; False if there is no room for it."""

    async def room(self) -> None:
        """Return once there is room again."""

    def away(self) -> None:
        """For now nothing can be read."""

    def back(self) -> None:
        """What happened meanwhile follows."""


@dataclass(eq=False, slots=True)
class Subscription:
    """What one watcher wants to know of one guild, and how far it was told."""

    guild_id: int
    kinds: frozenset[Kind]
    watcher: Watcher
    after: Cursor | None = None  # where to begin; None is now
    position: Cursor = NOWHERE
    opened: bool = False
    catching_up: asyncio.Task[None] | None = None


@dataclass(eq=False)
class Hub:
    """Reads what is new once and tells it to each who watches; who is behind reads by itself until it is not.

    `listen` calls what it is given whenever there may be something new, until it is cancelled.
    """

    listen: Callable[[Callable[[], None]], Awaitable[None]]
    _watches: set[Subscription] = field(default_factory=set)
    _live: defaultdict[int, set[Subscription]] = field(default_factory=lambda: defaultdict(set))
    _position: Cursor = NOWHERE
    _known: asyncio.Event = field(default_factory=asyncio.Event)  # whether there is a position
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while something is read for all who are live
    _readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READERS))
    _reading: asyncio.Task[None] | None = None
    _away: bool = False

    def join(self, watch: Subscription) -> None:
        """Tell this one from now on, beginning with what happened behind `watch.after`."""
        self._watches.add(watch)
        if self._away:
            watch.watcher.away()
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read(), context=Context())
        self._begin_catching_up(watch)

    def leave(self, watch: Subscription) -> None:
        """Tell this one nothing any more."""
        self._watches.discard(watch)
        self._take_out(watch)
        if watch.catching_up is not None:
            watch.catching_up.cancel()
        if not self._watches and self._reading is not None:
            self._reading.cancel()
            self._reading = None
            self._known.clear()

    def close(self) -> None:
        """Tell nobody anything any more."""
        for watch in tuple(self._watches):
            self.leave(watch)

    async def _read(self) -> None:
        listening = asyncio.ensure_future(self.listen(self._woken.set))
        try:
            while True:
                self._woken.clear()
                await self._round()
                await asyncio.sleep(GAP)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(POLL):
                        await self._woken.wait()
        finally:
            listening.cancel()

    async def _round(self) -> None:
        """Read and tell everything that is new."""
        try:
            async with self._turn:
                if not self._known.is_set():
                    self._position = await events.now()
                    self._known.set()
                more = True
                while more:
                    news = await events.news(list(self._live), self._position, PAGE)
                    self._found()
                    self._tell(news)
                    more = len(news.events) == PAGE
        except Exception as error:  # whatever is wrong with the database, it comes back, and nothing is lost meanwhile
            self._lost(error)

    def _tell(self, news: EventBatch) -> None:
        for event in news.events:
            for watch in tuple(self._live.get(event.guild_id, ())):
                if not _offered(watch, event):
                    self._take_out(watch)
                    self._begin_catching_up(watch)
        self._position = news.position
        for watches in self._live.values():
            for watch in watches:
                watch.position = max(watch.position, news.position)

    def _begin_catching_up(self, watch: Subscription) -> None:
        watch.catching_up = asyncio.get_running_loop().create_task(self._catch_up(watch), context=Context())

    async def _catch_up(self, watch: Subscription) -> None:
        """Tell what one missed, until nothing is missing; then it is told together with all others."""
        while True:
            try:
                await self._known.wait()
                await self._place(watch)
                if await self._page(watch) and await self._enter(watch):
                    return
            except Exception as error:
                self._lost(error)
                await asyncio.sleep(POLL)
            await watch.watcher.room()

    async def _enter(self, watch: Subscription) -> bool:
        async with self._turn:  # nothing is read for all meanwhile, so nothing passes between
            if complete := await self._page(watch):
                self._live[watch.guild_id].add(watch)
        return complete

    async def _place(self, watch: Subscription) -> None:
        """Where to go on; from now on, after a reset, where what followed is not kept any more."""
        if not watch.opened:
            watch.position = watch.after or self._position
        async with self._readers:
            reset = not await events.reaches(watch.position)
        if reset:
            watch.position = self._position
        if reset or not watch.opened:
            watch.watcher.opened(watch, reset=reset)
            watch.opened = True

    async def _page(self, watch: Subscription) -> bool:
        """Tell the next of what was missed; whether that was all."""
        upto = self._position
        if watch.position >= upto:
            return True
        async with self._readers:
            page = await events.between(watch.guild_id, watch.kinds, watch.position, upto, PAGE)
        if not all(_offered(watch, event) for event in page) or len(page) == PAGE:
            return False
        watch.position = upto
        return True

    def _take_out(self, watch: Subscription) -> None:
        watches = self._live.get(watch.guild_id, set())
        watches.discard(watch)
        if not watches:
            self._live.pop(watch.guild_id, None)

    def _lost(self, error: Exception) -> None:
        if not self._away:
            self._away = True
            log.warning("no events to be had", error=type(error).__name__)
            for watcher in {watch.watcher for watch in self._watches}:
                watcher.away()

    def _found(self) -> None:
        if self._away:
            self._away = False
            for watcher in {watch.watcher for watch in self._watches}:
                watcher.back()


def _offered(watch: Subscription, event: Event) -> bool:
    """Whether the watch needs this event no more; False if there was no room for it."""
    if event.kind not in watch.kinds or event.cursor <= watch.position:
        return True
    if not watch.watcher.offer(event):
        return False
    watch.position = event.cursor
    return True
