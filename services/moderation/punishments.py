"""The way in: an order becomes a case, and a job of this process that carries it out.

Callers have asked `authority.check` before, outside of the transaction.
"""

from __future__ import annotations

from dataclasses import asdict

from models.moderation import CaseKind, CaseState
from services.core import at_once
from services.core.actors import Actor
from services.core.errors import Conflict
from services.core.transactions import transaction
from services.moderation import acting, cases, failures, timers
from services.moderation.case import AnswerTo, Case, Order
from services.moderation.deeds import never_ours


async def order(guild_id: int, actor: Actor, wish: Order, *, key: str, answer: AnswerTo | None = None) -> Case:
    """Open a case and begin to carry it out once the caller's transaction commits; the same key again does nothing.

    `answer` is edited when it is settled. What needs neither a call nor a message is settled at once.
    """
    simple = wish.action is CaseKind.NOTE or (wish.action is CaseKind.WARN and not wish.notify)
    async with transaction():
        state = CaseState.ACTIVE if simple else CaseState.PENDING
        case, new = await cases.open_case(guild_id, actor, wish, key=key, state=state)
        if new and simple:
            await timers.start(case)
        elif new:
            payload = {"case": case.number, "answer": asdict(answer) if answer else None}
            await at_once.enqueue(
                acting.JOB, payload, guild_id=guild_id, key=f"act:{case.number}", max_attempts=acting.ATTEMPTS
            )
    return case


async def settled(guild_id: int, number: int, within: float) -> Case:
    """A case once it is carried out or has failed, or as it is after `within` seconds."""
    return await acting.settled(guild_id, number, within)


async def change_duration(guild_id: int, actor: Actor, number: int, seconds: int | None) -> Case:
    """Change how long a case in force lasts, counted from its beginning, and its timer; None has no end."""
    async with transaction():
        case = await cases.change_duration(guild_id, actor, number, seconds)
        if never_ours(case, case.details):
            raise Conflict(failures.NOT_MINE)
        await timers.move(case)
    return case
