"""The job that ends a case when its time is over. It is never given up, and asks only what the bot can do.

It lifts what Discord still reports as this case left it; whatever someone else did since then stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from discord_api import current
from discord_api.errors import DiscordError, UnknownBan, UnknownMember
from models.moderation import CaseKind, CaseState
from services.core import audit, clock
from services.core.discord_refusals import NOT_A_MEMBER
from services.core.errors import Unanswered, UserError
from services.core.transactions import rows
from services.core.worker import LONGEST_PAUSE, NotYet, Task
from services.directory.hierarchy import BotAbsent
from services.moderation import authority, cases, timers
from services.moderation.acting import SILENCE
from services.moderation.case import Case
from services.moderation.deeds import DEEDS, NOTHING, Target, still_ours
from services.moderation.reasons import reason_of

LATE = timedelta(minutes=5)  # after this, a case is marked as lifted late
PAUSED, REPORTED = "paused", "reported"  # in the payload: the bot isn't in the server; its failure was reported

_RESUME = """
WITH due AS (
    UPDATE jobs SET due_at = tatiana_now()
     WHERE guild_id = $1 AND kind = $2 AND payload ? 'paused' AND leased_by IS NULL RETURNING id)
SELECT pg_notify('jobs', $2) FROM due LIMIT 1"""


async def lift(task: Task) -> None:
    """Lift what a case left in Discord, or renew a longer timeout; raises while it has to be tried again."""
    case = await cases.get(task.guild_id, task.payload["case"])
    if case.state not in (CaseState.ACTIVE, CaseState.VOIDED) or timers.due(case) is None:
        return
    over = case.action is CaseKind.SOFTBAN or (case.expires_at is not None and case.expires_at <= clock.now())
    if not over and case.action is not CaseKind.TIMEOUT:
        raise NotYet("the end was moved", _until(case))
    try:
        why = await _ended(case) or await (_lifted(case) if over else _renewed(task, case))
    except (DiscordError, UserError) as error:
        raise await _put_off(task, case, error) from error
    async with task.completing():
        await cases.end(case, 0, why)


async def resume(event: Mapping[str, Any]) -> None:
    """Go on with the timers of a server that the bot was added to again."""
    if guild := (event.get("data") or {}).get("guild"):
        await rows(_RESUME, int(guild["id"]), timers.JOB)


async def _ended(case: Case) -> str | None:
    """Why a case is over without us, if it is: someone took it back, or put something else in its place."""
    deed, target = DEEDS[case.action], await _target(case)
    if deed.lift is None or target is None:
        return None
    await authority.check_bot(case.guild_id, deed.action, target.user_id, case.role_id)
    state = await deed.read(target)
    if state == NOTHING:
        return "by_hand"
    return None if still_ours(case, state) else "replaced"


async def _lifted(case: Case) -> str:
    """Lift what a case did, and say why it is over."""
    deed, target = DEEDS[case.action], await _target(case)
    if deed.lift and target:
        try:
            await deed.lift(target, await reason_of(case))
        except (UnknownBan, UnknownMember):
            return "by_hand"
    return "late" if case.expires_at and clock.now() - case.expires_at > LATE else "time"


async def _renewed(task: Task, case: Case) -> str:
    """Extend a timeout that is longer than Discord's longest, and come back before that is over."""
    deed, target = DEEDS[case.action], await _target(case)
    if target is None:
        return "by_hand"
    await deed.do(target, await reason_of(case))
    state = await deed.read(target)
    async with task.holding():
        renewed = await cases.renew(case, state)
    raise NotYet("renewed", _until(renewed))


async def _target(case: Case) -> Target | None:
    """Whom a case is about; None once they were erased and it is over."""
    user_id = await cases.member_of(case)
    return Target(current.client(), case, user_id) if user_id is not None else None


async def _put_off(task: Task, case: Case, error: DiscordError | UserError) -> NotYet:
    """When to try again, after reporting the first failure; a server without the bot waits for it."""
    if isinstance(error, (BotAbsent, *NOT_A_MEMBER)):
        if PAUSED not in task.payload:
            await task.keep(**{PAUSED: True})
    elif not isinstance(error, (Unanswered, *SILENCE)) and REPORTED not in task.payload:
        said = str(error.text) if isinstance(error, UserError) else str(error)
        async with task.holding():
            about = {"case": case.number, "why": said[:200]}
            await audit.record(case.guild_id, 0, "moderation.not_lifted", str(case.user_id or ""), about)
            await task.keep(**{REPORTED: True})
    return NotYet(error, min(LONGEST_PAUSE, 2.0 ** min(task.attempt, 12)))


def _until(case: Case) -> float:
    """Seconds until a case's timer is due."""
    due = timers.due(case)
    return max(1.0, (due - clock.now()).total_seconds()) if due else LONGEST_PAUSE
