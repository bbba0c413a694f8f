"""One event reader per process for all its watchers; idle while there are none."""

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

PAGE = 200  # events per read
GAP = 0.05  # seconds between reads, so that many watchers share one
POLL = 0.5  # seconds between reads without a signal: single statements commit without one
READERS = 4  # catch-up reads at once, because others need the pool too


class Watcher(Protocol):
    """Receives events; only `room` may wait."""

    def opened(self, watch: Subscription, *, reset: bool) -> None:
        """Events follow from `watch.position` on; with `reset`, some before it may be missing."""

    def offer(self, event: Event) -> bool:
        """Take one event; False if there is no room for it."""

    async def room(self) -> None:
        """Wait until there is room again."""

    def away(self) -> None:
        """Events can't be read for now."""

    def back(self) -> None:
        """Events can be read again; missed ones follow."""


@dataclass(eq=False, slots=True)
class Subscription:
    """One watcher's subscription to one guild, and its position."""

    guild_id: int
    kinds: frozenset[Kind]
    watcher: Watcher
    after: Cursor | None = None  # where to begin; None for now
    position: Cursor = NOWHERE
    opened: bool = False
    catching_up: asyncio.Task[None] | None = None


@dataclass(eq=False)
class Hub:
    """Reads new events once and hands them to every watcher; one that is behind catches up by its own reads.

    `listen` calls its argument whenever there may be new events, until cancelled.
    """

    listen: Callable[[Callable[[], None]], Awaitable[None]]
    _watches: set[Subscription] = field(default_factory=set)
    _live: defaultdict[int, set[Subscription]] = field(default_factory=lambda: defaultdict(set))
    _position: Cursor = NOWHERE
    _known: asyncio.Event = field(default_factory=asyncio.Event)  # set once there is a position
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while events are read for all live watchers
    _readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(READERS))
    _reading: asyncio.Task[None] | None = None
    _away: bool = False

    def join(self, watch: Subscription) -> None:
        """Deliver events to this subscription, beginning after `watch.after`."""
        self._watches.add(watch)
        if self._away:
            watch.watcher.away()
        if self._reading is None:
            self._reading = asyncio.get_running_loop().create_task(self._read(), context=Context())
        self._begin_catching_up(watch)

    def leave(self, watch: Subscription) -> None:
        """Stop delivering to this subscription."""
        self._watches.discard(watch)
        self._take_out(watch)
        if watch.catching_up is not None:
            watch.catching_up.cancel()
        if not self._watches and self._reading is not None:
            self._reading.cancel()
            self._reading = None
            self._known.clear()

    def close(self) -> None:
        """Stop delivering to everyone."""
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
        """Read all new events and deliver them."""
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
        except Exception as error:  # whatever is wrong with the database, nothing is lost until it is back
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
        """Deliver what a subscription missed until it has caught up and joins the others."""
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
        async with self._turn:  # nothing is read for the others meanwhile, so nothing slips between
            if complete := await self._page(watch):
                self._live[watch.guild_id].add(watch)
        return complete

    async def _place(self, watch: Subscription) -> None:
        """Where to continue: after its position, or from now with a reset if later events are gone."""
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
        """Deliver the next page of missed events; whether it was the last."""
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
    """Whether the event was delivered or is not needed; False if there was no room."""
    if event.kind not in watch.kinds or event.cursor <= watch.position:
        return True
    if not watch.watcher.offer(event):
        return False
    watch.position = event.cursor
    return True
