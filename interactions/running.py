"""Runs one handler: permission, cooldown, exactly once, and every error becomes a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog
from tortoise.exceptions import BaseORMException

from discord_api.errors import DiscordError
from interactions import apologies, render, retries
from interactions.calls import Call, Json, route
from interactions.context import Context
from interactions.cooldowns import Cooldowns, TooSoon
from interactions.custom_ids import Signer
from interactions.declare import Question
from interactions.deferral import Deferral, Outcome
from interactions.permits import permit, record_of
from interactions.responses import Reply, Response
from interactions.write_slots import Admission
from locales import Text
from services.core import idempotency, unknown_outcomes
from services.core.discord_refusals import told
from services.core.errors import UserError
from services.core.plans import NoPlan
from services.core.transactions import LOST, Gate, GivenUp
from services.core.unknown_outcomes import Doubt

log = structlog.get_logger(__name__)

DATABASE_FAULTS = (BaseORMException, *LOST)


@dataclass(slots=True)
class Runner:
    """Runs handlers; holds only what they all share."""

    signer: Signer
    cooldowns: Cooldowns
    deferral: Deferral
    admission: Admission = field(default_factory=Admission)

    async def run(self, payload: Json, call: Call, gate: Gate) -> Outcome:
        """The response as Discord's JSON and the result; every error becomes a sentence."""
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
            return nothing(apologies.unavailable, ctx)
        except Exception:
            log.exception("handler failed", command=call.to.name)
            return Outcome(render.sentence(apologies.apology(ctx.request_id), ctx.locale), "failed")

    async def _do(self, payload: Json, call: Call, gate: Gate) -> Outcome:
        if call.to is retries.again:
            try:
                call = await self._meant(payload, call)
            except NoPlan as used_up:  # perhaps by this very press, whose first response is then repeated
                return await self._once(payload, call, gate, used_up)
        if call.refused:
            raise call.refused
        await permit(call.to, call.ctx)
        refusal = await self._limit(call)
        if call.to.asks and not refusal:
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
        """The handler's response, or the question whether to repeat what may have succeeded before."""
        if call.plan_id:
            await retries.confirm(call.ctx, call.plan_id)
            return await _handle(call)
        doubt = doubt_of(payload, call)
        earlier = await unknown_outcomes.earlier(doubt)
        if earlier or self.deferral.doubted(doubt):
            return await retries.ask(payload, call.ctx, doubt.fingerprint, earlier, record_of(call.to))
        return await _handle(call)

    async def _limit(self, call: Call) -> UserError | None:
        """Count this use; returns the refusal if it is one too many.

        Returned rather than raised, because a repeat of a completed request still gets its first response.
        """
        try:
            self.cooldowns.flood(call.ctx.member.id)
            if cooldown := call.to.cooldown:
                await self.cooldowns.use(call.ctx.member.id, cooldown.name or call.to.name, cooldown, call.ctx.key)
        except TooSoon as error:
            return error
        return None


def nothing(why: Callable[[str], Text], ctx: Context) -> Outcome:
    """The result when nothing was changed, as far as this process knows."""
    return Outcome(render.sentence(why(ctx.request_id), ctx.locale), "failed", settled=False)


def doubt_of(payload: Json, call: Call) -> Doubt:
    """The doubt by which a retry of this request is recognized."""
    doubt = retries.doubt_of(payload, call.ctx)
    # A confirmed retry counts as the command itself, not as a press.
    return doubt._replace(fingerprint=call.arguments["fingerprint"]) if call.to is retries.again else doubt


async def _asked(call: Call, asks: Question) -> Call:
    """Run the handler's `asks` before the transaction begins; the handler reports a refusal."""
    try:
        meant = await asks(call.ctx, **call.arguments)
    except UserError as error:
        return call._replace(ctx=call.ctx._replace(refusal=error))
    return call._replace(arguments={**call.arguments, **meant}) if meant else call


def _outcome(response: Response) -> str:
    return "refused" if isinstance(response, Reply) and response.refused else "answered"


async def _handle(call: Call) -> Response:
    return await call.to.handler(call.ctx, *call.target, **call.arguments)
