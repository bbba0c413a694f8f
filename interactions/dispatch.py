"""Dispatch: find a payload's handler, check permissions, run it, and respond in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from interactions import apologies, autocomplete, render
from interactions.apologies import request_id_of
from interactions.calls import MALFORMED, Call, Json, Type, route
from interactions.components import Component
from interactions.declare import Command
from interactions.deferral import Change, Deferral, Outcome
from interactions.delivery import Promise
from interactions.permits import record_of
from interactions.repeats import FirstResponse, Repeats
from interactions.running import Runner, doubt_of, nothing
from interactions.wire import WireResponse
from locales import SOURCE
from services.analytics.usage import Recorder, Use
from services.core import clock
from services.core.errors import UserError
from services.core.settlements import Request
from services.core.transactions import Gate

log = structlog.get_logger(__name__)

PATIENCE = 1.8  # seconds from a request's arrival; the rest of Discord's three is for deferring and for the network
TOO_LATE = 2.3  # seconds after which nobody would get the response, so nothing is begun
PROVEN = 2.5  # seconds until which a response waits for proof that nothing was changed


@dataclass(slots=True)
class Dispatcher:
    """Answers interactions; holds only what they all share."""

    runner: Runner
    deferral: Deferral
    recorder: Recorder
    observe: Callable[[str, str, float], None] = field(default=lambda _name, _outcome, _seconds: None)
    repeats: Repeats = field(default_factory=Repeats)

    async def __call__(self, payload: Json, arrived: float) -> WireResponse:
        """The response to any interaction except PING; never raises, and is never later than Discord waits.

        `arrived` is its arrival time (`time.perf_counter`).
        """
        request_id = request_id_of(payload)
        # Each request runs in its own context, so nothing has to be unbound.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if payload.get("type") == Type.AUTOCOMPLETE:
            return WireResponse(orjson.dumps(await autocomplete.suggest(payload, request_id)))
        try:
            call = await route(payload, request_id, self.runner.signer)
        except UserError as error:
            return WireResponse(orjson.dumps(render.sentence(error.text, _locale(payload))))
        except MALFORMED as error:
            log.warning("unreadable interaction", error=type(error).__name__)
            return WireResponse(orjson.dumps(render.sentence(apologies.unreadable(request_id), _locale(payload))))
        if call.to.at_once or call.refused:
            told = _told(await self.runner.run(payload, call, Gate()))
        else:
            told = await self.repeats.first(call.ctx.id, lambda: self._in_time(payload, call, arrived))
        if told.how:
            self._count(call, told.how, time.perf_counter() - arrived)
        return told.wire

    async def answer(self, payload: Json) -> Outcome:
        """Run an interaction without a deadline, for one that was deferred and interrupted."""
        return await self.runner.run(payload, await route(payload, request_id_of(payload), self.runner.signer), Gate())

    async def use(self, payload: Json, how: str) -> Use | None:
        """The usage record of an interaction that was deferred and interrupted, if it counts."""
        call = await route(payload, request_id_of(payload), self.runner.signer)
        return _use(call, _deferred(how), PATIENCE) if call.to.counted_as else None

    async def _in_time(self, payload: Json, call: Call, arrived: float) -> FirstResponse:
        ctx = call.ctx
        late = time.perf_counter() - arrived > TOO_LATE
        if late or (call.to.writes and self.runner.admission.full):
            return await self._proven(payload, call, nothing(apologies.busy, ctx), arrived + PROVEN)
        gate = Gate()
        task = asyncio.create_task(self.runner.run(payload, call, gate))
        waits = isinstance(call.to, Command) and call.to.defer
        if not waits:
            # A handler that never waits needs one turn of the loop, at a fraction of the cost of a timeout.
            await asyncio.sleep(0)
            if not task.done():
                await asyncio.wait((task,), timeout=max(0, arrived + PATIENCE - time.perf_counter()))
        if task.done() and (task.result().settled or not gate.passed):
            return await self._proven(payload, call, task.result(), arrived + PROVEN)
        changes_message = isinstance(call.to, Component) and ctx.message is not None
        promise = Promise(payload, private=call.private, changes_message=changes_message)
        change = _change(payload, call) if call.to.writes else None
        stored = await self.deferral.promise(promise, change)
        if stored is False:
            # No later response was promised, so it can be given up now, unless its COMMIT is under way.
            if task.done() and (task.result().settled or not gate.passed):
                return await self._proven(payload, call, task.result(), arrived + PROVEN)
            if gate.close():
                task.cancel()
                # No further waiting: we have already waited for the database.
                return await self._proven(payload, call, nothing(apologies.unavailable, ctx), arrived)
        seconds = time.perf_counter() - arrived

        def count(how: str) -> None:
            self._count(call, _deferred(how), seconds)

        return FirstResponse(self.deferral.wait(promise, task, change, count, stored=bool(stored)), "")

    async def _proven(self, payload: Json, call: Call, outcome: Outcome, until: float) -> FirstResponse:
        """An outcome as it is shown. "Nothing was changed" is shown only once the idempotency record proves it.

        The same click may have been carried out by a process that died before responding.
        """
        if outcome.settled or not call.to.writes:
            return _told(outcome)
        change = _change(payload, call)
        settlement = self.deferral.settlements.begin(change.request, outcome.answer)
        answer = await settlement.within(until - time.perf_counter())
        if answer is None:
            said = render.sentence(apologies.unread(call.ctx.request_id, change.record), call.ctx.locale)
            return FirstResponse(self.deferral.look(payload, said, change, settlement), outcome.how)
        return _told(outcome if answer == outcome.answer else Outcome(answer, "answered"))

    def _count(self, call: Call, how: str, seconds: float) -> None:
        """Count a call by its result for metrics and statistics; its first response took `seconds`."""
        self.observe(call.to.counted_as or "none", how, seconds)
        if call.to.counted_as:
            self.recorder.add(_use(call, how, seconds))


def _locale(payload: Mapping[str, Any]) -> str:
    locale = payload.get("locale")
    return locale if isinstance(locale, str) else SOURCE


def _change(payload: Json, call: Call) -> Change:
    ctx = call.ctx
    request = Request(ctx.place or 0, ctx.key, ctx.member.id, call.to.name)
    return Change(request, doubt_of(payload, call), record_of(call.to))


def _deferred(how: str) -> str:
    """The result under which a deferred call is counted."""
    return "deferred" if how == "answered" else how


def _use(call: Call, how: str, seconds: float) -> Use:
    member = call.ctx.member
    return Use(
        call.ctx.place or 0,
        member.id,
        member.username,
        member.avatar,
        call.to.counted_as,
        int(seconds * 1000),
        how,
        clock.now().timestamp(),
        member.global_name,
        member.nickname,
    )


def _told(outcome: Outcome) -> FirstResponse:
    return FirstResponse(WireResponse(orjson.dumps(outcome.answer)), outcome.how)
