"""From a verified payload to Discord's answer: find the handler, check who asks, run it, answer in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog
from tortoise.exceptions import BaseORMException

from discord_api.errors import DiscordError
from interactions import apologies, autocomplete, render, retries
from interactions.admission import Admission
from interactions.apologies import request_id_of
from interactions.calls import MALFORMED, Call, Json, Type, route
from interactions.context import Context
from interactions.cooldowns import Cooldowns, TooSoon
from interactions.custom_ids import Signer
from interactions.declare import Command, Component, Question
from interactions.deferral import Change, Deferral, Outcome, Promise
from interactions.permits import permit
from interactions.repeats import Repeats, Told
from interactions.responses import Reply, Response
from interactions.wire import Wire
from locales import SOURCE, Text
from services.analytics.usage import Recorder, Use
from services.core import doubts, idempotency
from services.core.discord_refusals import told
from services.core.doubts import Doubt
from services.core.errors import UserError
from services.core.plans import NoPlan
from services.core.settlements import Request
from services.core.transactions import LOST, Gate, GivenUp

log = structlog.get_logger(__name__)

PATIENCE = 1.8  # seconds from a request's arrival; of Discord's three, the rest is for promising and for the way
TOO_LATE = 2.3  # seconds after which nobody would hear what was done, so nothing is begun
PROVEN = 2.5  # seconds until which an answer waits for the proof that nothing was changed

DATABASE_FAULTS = (BaseORMException, *LOST)


@dataclass(slots=True)
class Dispatcher:
    """Answers interactions; holds what is shared by all of them, and nothing of any one."""

    signer: Signer
    cooldowns: Cooldowns
    recorder: Recorder
    deferral: Deferral
    observe: Callable[[str, str, float], None] = field(default=lambda _name, _outcome, _seconds: None)
    admission: Admission = field(default_factory=Admission)
    repeats: Repeats = field(default_factory=Repeats)

    async def __call__(self, payload: Json, arrived: float) -> Wire:
        """The answer to any interaction but a PING that arrived then (`time.perf_counter`); never raises, and never
        later than Discord waits."""
        request_id = request_id_of(payload)
        # Each request runs in a context of its own, so nothing has to be unbound.
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if payload.get("type") == Type.AUTOCOMPLETE:
            return Wire(orjson.dumps(await autocomplete.suggest(payload, request_id)))
        try:
            call = await route(payload, request_id, self.signer)
        except UserError as error:
            return Wire(orjson.dumps(render.sentence(error.text, _locale(payload))))
        except MALFORMED as error:
            log.warning("unreadable interaction", error=type(error).__name__)
            return Wire(orjson.dumps(render.sentence(apologies.unreadable(request_id), _locale(payload))))
        if call.to.at_once or call.refused:
            told = _told(await self._run(payload, call, Gate()))
        else:
            told = await self.repeats.first(call.ctx.id, lambda: self._in_time(payload, call, arrived))
        if told.how:
            self._count(call, told.how, time.perf_counter() - arrived)
        return told.wire

    async def answer(self, payload: Json) -> Outcome:
        """What an interaction led to, without a deadline: for one that was deferred and cut short."""
        return await self._run(payload, await route(payload, request_id_of(payload), self.signer), Gate())

    async def use(self, payload: Json, how: str) -> Use | None:
        """What statistics note of an interaction that was deferred and cut short, if they count it."""
        call = await route(payload, request_id_of(payload), self.signer)
        return _use(call, _deferred(how), PATIENCE) if call.to.counted_as else None

    async def _in_time(self, payload: Json, call: Call, arrived: float) -> Told:
        ctx = call.ctx
        late = time.perf_counter() - arrived > TOO_LATE
        if late or (call.to.writes and self.admission.full):
            return await self._proven(payload, call, _nothing(apologies.busy, ctx), arrived + PROVEN)
        gate = Gate()
        task = asyncio.create_task(self._run(payload, call, gate))
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
                return await self._proven(payload, call, _nothing(apologies.unavailable, ctx), arrived)
        seconds = time.perf_counter() - arrived

        def count(how: str) -> None:
            self._count(call, _deferred(how), seconds)

        return Told(self.deferral.wait(promise, task, change, count, stored=bool(stored)), "")

    async def _proven(self, payload: Json, call: Call, outcome: Outcome, until: float) -> Told:
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
            return Told(self.deferral.look(payload, said, change, settlement), outcome.how)
        return _told(outcome if answer == outcome.answer else Outcome(answer, "answered"))

    async def _run(self, payload: Json, call: Call, gate: Gate) -> Outcome:
        """The answer in Discord's JSON and how it went; whatever goes wrong becomes a sentence."""
        ctx = call.ctx
        try:
            return await self._do(payload, call, gate)
        except UserError as error:
            return Outcome(render.sentence(error.text, ctx.locale), "refused")
        except DiscordError as error:
            log.warning("discord refused", command=call.to.name, error=str(error)[:500])
            return Outcome(render.sentence(told(error), ctx.locale), "failed")
        except (GivenUp, *DATABASE_FAULTS) as error:
            log.error("database fault", command=call.to.name, error=repr(error)[:500])
            return _nothing(apologies.unavailable, ctx)
        except Exception:
            log.exception("handler failed", command=call.to.name)
            return Outcome(render.sentence(apologies.apology(ctx.request_id), ctx.locale), "failed")

    async def _do(self, payload: Json, call: Call, gate: Gate) -> Outcome:
        if call.to is retries.again:
            try:
                call = await self._meant(payload, call)
            except NoPlan as used_up:  # perhaps by this very press, whose first answer is then told again
                return await self._once(payload, call, gate, used_up)
        if call.refused:
            raise call.refused
        await permit(call.to, call.ctx)
        refusal = await self._limit(call)
        if call.to.asks:
            call = await _asked(call, call.to.asks)
        if call.to.writes:
            async with self.admission.turn():
                return await self._once(payload, call, gate, refusal)
        if refusal:
            raise refusal
        response = await _handle(call)
        return Outcome(render.answer(response, call.ctx, self.signer), _outcome(response))

    async def _meant(self, payload: Json, call: Call) -> Call:
        plan_id = call.arguments["plan_id"]
        meant = await retries.meant(payload, call.ctx.place, call.ctx.member.id, plan_id)
        return (await route(meant, call.ctx.request_id, self.signer))._replace(plan_id=plan_id)

    async def _once(self, payload: Json, call: Call, gate: Gate, refused: UserError | None) -> Outcome:
        ctx, outcome = call.ctx, "answered"

        async def effect() -> Json:
            nonlocal outcome
            if refused:
                raise refused
            response = await self._confirmed(payload, call)
            outcome = _outcome(response)
            return render.answer(response, ctx, self.signer)

        def refusal(error: UserError) -> Json:
            nonlocal outcome
            outcome = "refused"
            return render.sentence(error.text, ctx.locale)

        whose = (ctx.place or 0, ctx.key, ctx.member.id, call.to.name)
        answer = await idempotency.once(*whose, effect, refusal, gate)
        return Outcome(answer, outcome)

    async def _confirmed(self, payload: Json, call: Call) -> Response:
        """The handler's response, or the question whether to do again what may have gone through before."""
        if call.plan_id:
            await retries.confirm(call.ctx, call.plan_id)
            return await _handle(call)
        doubt = _doubt(payload, call)
        earlier = await doubts.earlier(doubt)
        if earlier or self.deferral.doubted(doubt):
            return await retries.ask(payload, call.ctx, doubt.fingerprint, earlier)
        return await _handle(call)

    async def _limit(self, call: Call) -> UserError | None:
        """Count this use; the refusal if it is one too many.

        It is returned rather than raised, because a repeat of what was done gets the first answer all the same.
        """
        try:
            self.cooldowns.flood(call.ctx.member.id)
            if cooldown := call.to.cooldown:
                await self.cooldowns.use(call.ctx.member.id, cooldown.name or call.to.name, cooldown, call.ctx.key)
        except TooSoon as error:
            return error
        return None

    def _count(self, call: Call, how: str, seconds: float) -> None:
        """Count a call for metrics and statistics as what it came to; its first answer took so many seconds."""
        self.observe(call.to.counted_as or "none", how, seconds)
        if call.to.counted_as:
            self.recorder.add(_use(call, how, seconds))


def _locale(payload: Mapping[str, Any]) -> str:
    locale = payload.get("locale")
    return locale if isinstance(locale, str) else SOURCE


async def _asked(call: Call, asks: Question) -> Call:
    """What Discord has to be asked, before a transaction begins; a refusal is for the handler to tell."""
    try:
        meant = await asks(call.ctx, **call.arguments)
    except UserError as error:
        return call._replace(ctx=call.ctx._replace(refusal=error))
    return call._replace(arguments={**call.arguments, **meant}) if meant else call


def _nothing(why: Callable[[str], Text], ctx: Context) -> Outcome:
    """Nothing was changed, as far as this process knows."""
    return Outcome(render.sentence(why(ctx.request_id), ctx.locale), "failed", settled=False)


def _doubt(payload: Json, call: Call) -> Doubt:
    doubt = retries.doubt_of(payload, call.ctx)
    # What is done again is that command, and not a press.
    return doubt._replace(fingerprint=call.arguments["fingerprint"]) if call.to is retries.again else doubt


def _change(payload: Json, call: Call) -> Change:
    ctx = call.ctx
    return Change(Request(ctx.place or 0, ctx.key, ctx.member.id, call.to.name), _doubt(payload, call))


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


def _outcome(response: Response) -> str:
    return "refused" if isinstance(response, Reply) and response.refused else "answered"


async def _handle(call: Call) -> Response:
    return await call.to.handler(call.ctx, *call.target, **call.arguments)


def _told(outcome: Outcome) -> Told:
    return Told(Wire(orjson.dumps(outcome.answer)), outcome.how)
