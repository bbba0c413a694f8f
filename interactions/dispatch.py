"""From a verified payload to Discord's answer: find the handler, check who asks, run it, answer in time."""

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
from interactions.deferral import Change, Deferral, Outcome, Promise
from interactions.repeats import FirstResponse, Repeats
from interactions.running import Runner, doubt_of, nothing
from interactions.wire import WireResponse
from locales import SOURCE
from services.analytics.usage import Recorder, Use
from services.core.errors import UserError
from services.core.settlements import Request
from services.core.transactions import Gate

log = structlog.get_logger(__name__)

PATIENCE = 1.8  # seconds from a request's arrival; of Discord's three, the rest is for promising and for the way
TOO_LATE = 2.3  # seconds after which nobody would hear what was done, so nothing is begun
PROVEN = 2.5  # seconds until which an answer waits for the proof that nothing was changed


@dataclass(slots=True)
class Dispatcher:
    """Answers interactions; holds what is shared by all of them, and nothing of any one."""

    runner: Runner
    deferral: Deferral
    recorder: Recorder
    observe: Callable[[str, str, float], None] = field(default=lambda _name, _outcome, _seconds: None)
    repeats: Repeats = field(default_factory=Repeats)

    async def __call__(self, payload: Json, arrived: float) -> WireResponse:
        """The answer to any interaction but a PING that arrived then (`time.perf_counter`); never raises, and never
        later than Discord waits."""
        request_id = request_id_of(payload)
        # Each request runs in a context of its own, so nothing has to be unbound.
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
        """What an interaction led to, without a deadline: for one that was deferred and cut short."""
        return await self.runner.run(payload, await route(payload, request_id_of(payload), self.runner.signer), Gate())

    async def use(self, payload: Json, how: str) -> Use | None:
        """What statistics note of an interaction that was deferred and cut short, if they count it."""
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
            # One turn of the loop is enough for what waits for nothing, and costs a fraction of waiting with a limit.
            await asyncio.sleep(0)
            if not task.done():
                await asyncio.wait((task,), timeout=max(0, arrived + PATIENCE - time.perf_counter()))
        if task.done() and (task.result().settled or not gate.passed):
            return await self._proven(payload, call, task.result(), arrived + PROVEN)
        changes_message = isinstance(call.to, Component) and ctx.message is not None
        promise = Promise(payload, private=call.to.ephemeral, changes_message=changes_message)
        change = _change(payload, call) if call.to.writes else None
        stored = await self.deferral.promise(promise, change)
        if stored is False:
            # Nothing later is promised, so it can be given up now, unless its COMMIT is on its way.
            if task.done() and (task.result().settled or not gate.passed):
                return await self._proven(payload, call, task.result(), arrived + PROVEN)
            if gate.close():
                task.cancel()
                # Not waited for any longer, for the database has been.
                return await self._proven(payload, call, nothing(apologies.unavailable, ctx), arrived)
        seconds = time.perf_counter() - arrived

        def count(how: str) -> None:
            self._count(call, _deferred(how), seconds)

        return FirstResponse(self.deferral.wait(promise, task, change, count, stored=bool(stored)), "")

    async def _proven(self, payload: Json, call: Call, outcome: Outcome, until: float) -> FirstResponse:
        """An outcome as it is told. That nothing was changed is told only once the receipt proves it.

        The same click may have been carried out by a process that died before it answered.
        """
        if outcome.settled or not call.to.writes:
            return _told(outcome)
        change = _change(payload, call)
        settlement = self.deferral.settlements.begin(change.request, outcome.answer)
        answer = await settlement.within(until - time.perf_counter())
        if answer is None:
            said = render.sentence(apologies.unread(call.ctx.request_id), call.ctx.locale)
            return FirstResponse(self.deferral.look(payload, said, change, settlement), outcome.how)
        return _told(outcome if answer == outcome.answer else Outcome(answer, "answered"))

    def _count(self, call: Call, how: str, seconds: float) -> None:
        """Count a call for metrics and statistics as what it came to; its first answer took so many seconds."""
        self.observe(call.to.counted_as or "none", how, seconds)
        if call.to.counted_as:
            self.recorder.add(_use(call, how, seconds))


def _locale(payload: Mapping[str, Any]) -> str:
    locale = payload.get("locale")
    return locale if isinstance(locale, str) else SOURCE


def _change(payload: Json, call: Call) -> Change:
    ctx = call.ctx
    return Change(Request(ctx.place or 0, ctx.key, ctx.member.id, call.to.name), doubt_of(payload, call))


def _deferred(how: str) -> str:
    """How a call is counted whose answer was promised first."""
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
        time.time(),
        member.global_name,
        member.nickname,
    )


def _told(outcome: Outcome) -> FirstResponse:
    return FirstResponse(WireResponse(orjson.dumps(outcome.answer)), outcome.how)
