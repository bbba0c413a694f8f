"""Deferred responses: promised within Discord's time limit, delivered later, even if this process dies."""

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
TAKEOVER = 30.0  # seconds after which a worker takes over from a dead process
SOON = 0.5  # seconds before the person is told that the outcome is unknown
Count = Callable[[str], None]  # called once with the result of a call


class OutcomeUnknown(Exception):
    """The database could not tell the outcome of a call."""


class Outcome(NamedTuple):
    """The outcome of a call; unless `settled`, its "nothing was changed" is still unproven."""

    answer: Json
    how: str
    settled: bool = True


class Change(NamedTuple):
    """A call that may change something: its idempotency key, and the fingerprint that identifies a retry."""

    request: Request
    doubt: Doubt
    record: str  # the command that lists what its area's commands have done


@dataclass(slots=True)
class Deferral:
    """Keeps promises: edits the deferred message with the final response, once."""

    discord: Callable[[], Discord]
    promises: Promises
    settlements: Settlements
    running: set[asyncio.Task[None]] = field(default_factory=set)
    _unsure: dict[str, str] = field(default_factory=dict)  # keys by fingerprint, of outcomes that are unknown now

    async def promise(self, promise: Promise, change: Change | None) -> bool | None:
        """Store a promise that survives this process; None if it is unknown whether it was stored."""
        return await self.promises.store(promise.key, promise.to_json(), change.doubt if change else None)

    def wait(
        self, promise: Promise, task: asyncio.Task[Outcome], change: Change | None, count: Count, *, stored: bool
    ) -> WireResponse:
        """Let `task` finish, then show and count its outcome, unless a worker does so because the promise is stored."""
        wire = WireResponse(orjson.dumps(waiting(promise)), sent=asyncio.Event())
        self._run(self._finish(promise, task, change, wire, count, stored=stored))
        return wire

    def look(self, payload: Json, said: Json, change: Change, settlement: Settlement) -> WireResponse:
        """Show that the outcome is unknown, and replace this with the real outcome once it is known."""
        wire = WireResponse(orjson.dumps(said), sent=asyncio.Event())
        self._run(self._show(Promise(payload, private=True, changes_message=False), change, settlement, wire))
        return wire

    def doubted(self, doubt: Doubt) -> bool:
        """Whether the same request was made before and its outcome is still unknown."""
        return self._unsure.get(doubt.fingerprint, doubt.key) != doubt.key

    async def drain(self, seconds: float) -> None:
        """Wait up to `seconds` for work under way, then cancel it; a worker takes over stored promises."""
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
                # A person who was told "unknown" may retry before looking here.
                doubt = None if told else doubt
            await deliver(self.discord(), promise, answer)
        except Exception as error:  # if the promise is stored, a worker tries again
            log.warning("promise not kept yet", error=repr(error)[:300])
            if not stored:
                count("failed")
        else:
            if not stored:
                count(how)
            self.promises.forget(promise.key, doubt, partial(count, how) if stored else None)

    async def _settled(self, promise: Promise, change: Change, nothing: Json) -> tuple[Json, bool]:
        """The real outcome as soon as the database tells it, and whether "unknown" had to be shown meanwhile."""
        settlement = self.settlements.begin(change.request, nothing)
        if answer := await settlement.within(SOON):
            return answer, False
        said = apologies.doubtful(request_id_of(promise.payload), change.record)
        await show_meanwhile(self.discord(), promise, said)
        return await self._known(promise, change, settlement), True

    async def _show(self, promise: Promise, change: Change, settlement: Settlement, wire: WireResponse) -> None:
        try:
            await _sent(wire)
            await deliver(self.discord(), promise, await self._known(promise, change, settlement))
        except Exception as error:  # then the message keeps saying "unknown"
            log.warning("outcome not shown", error=repr(error)[:300])

    async def _known(self, promise: Promise, change: Change, settlement: Settlement) -> Json:
        """The real outcome once the database tells it; until then, and if it succeeded, a retry needs confirmation."""
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
    """Wait until the first response was sent, because before that Discord has no message to edit."""
    assert wire.sent is not None
    async with asyncio.timeout(5):
        await wire.sent.wait()


def job_handler(deferral: Deferral, answer: Callable[[Json], Awaitable[Outcome]]) -> Callable[[Json], Awaitable[str]]:
    """The worker's handler for promises that their process could not keep."""

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
