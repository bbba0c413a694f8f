"""Answers that take longer than Discord waits: promised at once, delivered later, even if this process dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import structlog

from interactions import apologies
from interactions.apologies import request_id_of
from interactions.delivery import Json, Promise, deliver, seconds_left, show_meanwhile, still_answerable, waiting
from interactions.wire import WireResponse
from services.core import unknown_outcomes
from services.core.promises import Promises
from services.core.settlements import Request, Settlement, Settlements
from services.core.unknown_outcomes import Doubt

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)

JOB = "interaction.finish"
TAKEOVER = 30.0  # seconds after which a worker finishes what its process has not
SOON = 0.5  # seconds in which nobody need be told that an outcome is unknown
Count = Callable[[str], None]  # called once with how a call ended


class OutcomeUnknown(Exception):
    """The database could not say what a call led to."""


class Outcome(NamedTuple):
    """What a call led to; unless `settled`, the answer says that nothing was changed, which is still to be proven."""

    answer: Json
    how: str
    settled: bool = True


class Change(NamedTuple):
    """A call that may change something: what its receipt is found by, and what a retry is recognized by."""

    request: Request
    doubt: Doubt


@dataclass(slots=True)
class Deferral:
    """Keeps promises: edits the waiting message with the final answer, once."""

    discord: Callable[[], Discord]
    promises: Promises
    settlements: Settlements
    running: set[asyncio.Task[None]] = field(default_factory=set)
    _unsure: dict[str, str] = field(default_factory=dict)  # keys, by the fingerprint, of what can't be looked up now

    async def promise(self, promise: Promise, change: Change | None) -> bool | None:
        """Whether an answer is promised even if this process dies; None if nobody knows whether that was stored."""
        return await self.promises.store(promise.key, promise.to_json(), change.doubt if change else None)

    def wait(
        self, promise: Promise, task: asyncio.Task[Outcome], change: Change | None, count: Count, *, stored: bool
    ) -> WireResponse:
        """Let `task` go on, then show its outcome and count it, unless the promise is stored and a worker does so."""
        wire = WireResponse(orjson.dumps(waiting(promise)), sent=asyncio.Event())
        self._run(self._finish(promise, task, change, wire, count, stored=stored))
        return wire

    def look(self, payload: Json, said: Json, change: Change, settlement: Settlement) -> WireResponse:
        """Say at first that nobody knows what a call led to, and in the same place what it was once that is known."""
        wire = WireResponse(orjson.dumps(said), sent=asyncio.Event())
        self._run(self._show(Promise(payload, private=True, changes_message=False), change, settlement, wire))
        return wire

    def doubted(self, doubt: Doubt) -> bool:
        """Whether the same was asked for before, and nobody knows yet what that led to."""
        return self._unsure.get(doubt.fingerprint, doubt.key) != doubt.key

    async def drain(self, seconds: float) -> None:
        """Wait so long for what this process still works on, then end it; what is promised, a worker does."""
        if self.running:
            _, late = await asyncio.wait(set(self.running), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self.settlements.close()
        await self.promises.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        running = asyncio.create_task(work)
        self.running.add(running)
        running.add_done_callback(self.running.discard)

    async def _finish(
        self,
        promise: Promise,
        task: asyncio.Task[Outcome],
        change: Change | None,
        wire: WireResponse,
        count: Count,
        *,
        stored: bool,
    ) -> None:
        try:
            answer, how, settled = await task
            await _sent(wire)
            doubt = change.doubt if change else None
            if change and not settled:
                nothing = answer
                answer, told = await self._settled(promise, change, nothing)
                how = how if answer == nothing else "answered"
                # Whoever was told that nobody knows may be about to try again, and not look here first.
                doubt = None if told else doubt
            await deliver(self.discord(), promise, answer)
        except Exception as error:  # if there is a job, a worker tries again
            log.warning("promise not kept yet", error=repr(error)[:300])
            if not stored:
                count("failed")
        else:
            if not stored:
                count(how)
            self.promises.forget(promise.key, doubt, partial(count, how) if stored else None)

    async def _settled(self, promise: Promise, change: Change, nothing: Json) -> tuple[Json, bool]:
        """What really happened, as soon as the database says so, and whether it had to be said that nobody knows."""
        settlement = self.settlements.begin(change.request, nothing)
        if answer := await settlement.within(SOON):
            return answer, False
        await show_meanwhile(self.discord(), promise, apologies.doubtful(request_id_of(promise.payload)))
        return await self._known(promise, change, settlement), True

    async def _show(self, promise: Promise, change: Change, settlement: Settlement, wire: WireResponse) -> None:
        try:
            await _sent(wire)
            await deliver(self.discord(), promise, await self._known(promise, change, settlement))
        except Exception as error:  # then the message still says that nobody knows
            log.warning("outcome not shown", error=repr(error)[:300])

    async def _known(self, promise: Promise, change: Change, settlement: Settlement) -> Json:
        """What really happened, once the database says so; until then, and if it was done, a retry is asked about."""
        doubt = change.doubt
        self._unsure[doubt.fingerprint] = doubt.key
        try:
            async with asyncio.timeout(seconds_left(promise.payload)):
                answer = await settlement.answer
            if answer != settlement.refusal:
                await unknown_outcomes.note(doubt)
        finally:
            self._unsure.pop(doubt.fingerprint, None)
        return answer


async def _sent(wire: WireResponse) -> None:
    """Discord knows nothing of a message before it has our first answer."""
    assert wire.sent is not None
    async with asyncio.timeout(5):
        await wire.sent.wait()


def job_handler(deferral: Deferral, answer: Callable[[Json], Awaitable[Outcome]]) -> Callable[[Json], Awaitable[str]]:
    """What a worker does with a promise that its process could not keep, and how the call ended."""

    async def keep(stored: Json) -> str:
        promise = Promise(**stored)
        if not still_answerable(promise.payload):
            return "failed"
        outcome = await answer(promise.payload)
        if not outcome.settled:
            raise OutcomeUnknown
        await deliver(deferral.discord(), promise, outcome.answer)
        return outcome.how

    return keep
