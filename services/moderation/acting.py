"""The job that carries out a case: message, call, settled case. Each step is recorded before the next one begins.

An attempt that finds the call begun looks first whether it was carried out, because its response may have been lost.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from discord_api.errors import Blocked, DiscordError, RateLimited, Unauthorized, Unavailable, UnknownBan
from models.moderation import CaseKind, CaseState, NoticeState
from services.core import clock
from services.core.errors import Unanswered
from services.core.worker import NotYet, Task
from services.directory.hierarchy import BotAbsent
from services.moderation import authority, cases, notices, timers
from services.moderation.authority import BotUnable, Denied, TargetAbsent
from services.moderation.case import Case
from services.moderation.deeds import DEEDS, NOTHING, Deed, State, Target, never_ours
from services.moderation.failures import BANNED_BEFORE, NO_ANSWER, NOT_ALLOWED, UNKNOWN_MEMBER, failure
from services.moderation.reasons import reason_of

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)

JOB = "moderation.act"
ATTEMPTS = 1_000_000  # the time decides, not their number
GIVE_UP = timedelta(minutes=10)  # without an answer; Discord's refusal fails a case at once
FRESH = timedelta(minutes=1)  # after the order, its moderator's rights are taken for what they were
LONGEST_PAUSE = 60.0  # seconds between attempts
LOOK_AGAIN = 0.5  # seconds, where another process carries out the case
BEGUN, BANNED = "begun", "banned"  # in the payload: the call may have been made; a softban's ban was

# These say nothing about the deed, so it is tried again.
SILENCE = (Unavailable, RateLimited, Blocked, Unauthorized)

_watching: defaultdict[tuple[int, int], set[asyncio.Event]] = defaultdict(set)


class Failed(Exception):
    """A case can't be carried out any more; the text is stored as why."""


async def act(discord: Discord, task: Task) -> Case:
    """Carry out a case, safely repeatable; raises while it has to be tried again."""
    case = await cases.get(task.guild_id, task.payload["case"])
    if case.state is CaseState.PENDING:
        case = await _carried_out(discord, task, case)
    if case.state is CaseState.FAILED:
        case = await _corrected(discord, task, case)
    for event in _watching.pop((case.guild_id, case.number), ()):
        event.set()
    return case


async def settled(guild_id: int, number: int, within: float) -> Case:
    """A case once it is no longer pending, or as it is after `within` seconds."""
    done, key = asyncio.Event(), (guild_id, number)
    _watching[key].add(done)
    try:
        async with asyncio.timeout(within):
            while (await cases.get(guild_id, number)).state is CaseState.PENDING:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_AGAIN):
                        await done.wait()
    except TimeoutError:
        pass
    finally:
        _watching[key].discard(done)
        if not _watching[key]:
            del _watching[key]
    return await cases.get(guild_id, number)


async def _carried_out(discord: Discord, task: Task, case: Case) -> Case:
    user_id = await cases.member_of(case)
    if user_id is None:
        return await _fail(task, case, UNKNOWN_MEMBER)
    deed, target = DEEDS[case.action], Target(discord, case, user_id)
    try:
        if not task.payload.get(BEGUN):
            await _check_again(deed, target)
        if deed.removes_access:
            case = await _announced(task, target)
        state = await _done(task, deed, target)
        if not deed.removes_access:
            case = await _announced(task, target)
    except (Unanswered, *SILENCE) as error:
        raise NotYet(error, _pause(task, error)) from error
    except DiscordError as error:
        return await _fail(task, case, failure(error))
    except Failed as error:
        return await _fail(task, case, str(error))
    if never_ours(case, state) and not task.payload.get(BANNED):
        return await _fail(task, case, BANNED_BEFORE)
    return await _settle(task, deed, target._replace(case=case), state)


async def _check_again(deed: Deed, target: Target) -> None:
    """Fail an order that is too old, or whose moderator may not give it any more.

    What the bot can't do is left to Discord to refuse.
    """
    case = target.case
    age = clock.now() - case.created_at
    if age > GIVE_UP:
        raise Failed(NO_ANSWER)
    if age < FRESH or case.moderator_id == 0:
        return
    if case.moderator_id < 0:
        raise Failed(NOT_ALLOWED)  # they were erased
    try:
        await authority.check(case.guild_id, case.moderator_id, deed.action, target.user_id, role_id=case.role_id)
    except (BotAbsent, BotUnable, TargetAbsent):
        return
    except Denied as error:
        raise Failed(NOT_ALLOWED) from error


async def _announced(task: Task, target: Target) -> Case:
    """The case after its message, if it needs one, was sent."""
    if target.case.notice is not NoticeState.WAITING:
        return target.case
    notice = await notices.send(target.discord, task, target.case, target.user_id)
    async with task.holding():
        return await cases.set_notice(target.case, notice)


async def _done(task: Task, deed: Deed, target: Target) -> State:
    """What the deed left in Discord."""
    case = target.case
    if task.payload.get(BEGUN):
        state = await deed.read(target)
        if task.payload.get(BANNED) or deed.done(case, state):
            return state
        await _check_again(deed, target)
    await task.keep(**{BEGUN: True})
    try:
        await deed.do(target, await reason_of(case))
    except DiscordError as error:
        # The client may have repeated a call whose first response was lost.
        if isinstance(error, SILENCE) or not error.effect_unknown:
            raise
        state = await deed.read(target)
        if not deed.done(case, state):
            raise
        return state
    return await deed.read(target) if deed.lift else NOTHING


async def _settle(task: Task, deed: Deed, target: Target, state: State) -> Case:
    case, ends = target.case, not deed.lasts
    if case.action is CaseKind.SOFTBAN:
        await task.keep(**{BANNED: True})
        ends = await _unbanned(deed, target)
    async with task.holding():
        settled = await cases.settle(case, state=CaseState.ENDED if ends else CaseState.ACTIVE, details=state)
        if not ends:
            await timers.start(settled)
        await timers.end_earlier(settled, target.user_id)
    return await cases.get(case.guild_id, case.number)


async def _unbanned(deed: Deed, target: Target) -> bool:
    """Whether a softban's ban was lifted; if not, a timer goes on trying and reports it."""
    assert deed.lift is not None
    try:
        await deed.lift(target, await reason_of(target.case))
    except UnknownBan:
        return True
    except DiscordError as error:
        log.warning("softban not lifted yet", case=target.case.number, error=str(error)[:300])
        return False
    return True


async def _fail(task: Task, case: Case, why: str) -> Case:
    async with task.holding():
        if case.notice is NoticeState.WAITING:
            await cases.set_notice(case, NoticeState.NONE)
        return await cases.fail(case, why)


async def _corrected(discord: Discord, task: Task, case: Case) -> Case:
    """The case after a message that turned out false was taken back."""
    if case.notice not in (NoticeState.SENT, NoticeState.UNKNOWN):
        return case
    user_id = await cases.member_of(case)
    if user_id is None:
        return case
    notice = await notices.correct(discord, task, case, user_id)
    if notice is case.notice:
        return case
    async with task.holding():
        return await cases.set_notice(case, notice)


def _pause(task: Task, error: Exception) -> float:
    wanted = error.retry_after if isinstance(error, RateLimited) else 2.0**task.attempt
    return min(LONGEST_PAUSE, max(1.0, wanted))
