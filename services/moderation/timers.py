"""Timers of cases in force: jobs named by the case's number, because an erasure deletes jobs that name its member."""

from __future__ import annotations

from datetime import datetime, timedelta

from models.moderation import CaseKind
from services.core import clock, jobs
from services.core.transactions import rows
from services.moderation import cases, seals
from services.moderation.case import Case

JOB = "moderation.lift"
ATTEMPTS = 1_000_000  # never given up; pauses grow to an hour
LONGEST_TIMEOUT = timedelta(days=28)  # Discord: Modify Guild Member
SAME = timedelta(seconds=1)  # Discord may round the end of a timeout
EARLY = timedelta(days=1)  # before Discord's end of a longer timeout, it is renewed

# A later case of the same kind takes over; an unban or untimeout ends what it takes back.
_TAKEN_BACK = {CaseKind.UNBAN: CaseKind.BAN, CaseKind.SOFTBAN: CaseKind.BAN, CaseKind.UNTIMEOUT: CaseKind.TIMEOUT}
_LASTING = frozenset({CaseKind.BAN, CaseKind.TIMEOUT, CaseKind.ROLE, CaseKind.NICK})
_OF_KIND = f"""
SELECT number FROM moderation_logs
 WHERE guild_id = $1 AND (user_id = $2 OR member_mark = $3) AND action = $4 AND role_id IS NOT DISTINCT FROM $5
   AND {cases.IN_DISCORD} ORDER BY number"""  # noqa: S608  # nosec B608  (our own names)


async def start(case: Case) -> None:
    """Start the timer of a case that is now in force, if it ever ends."""
    if at := due(case):
        await _enqueue(case, at)


async def move(case: Case) -> None:
    """Follow a changed end; a timeout's end changes in Discord as well, which the job does now."""
    await stop(case.guild_id, case.number)
    if case.action is CaseKind.TIMEOUT:
        await _enqueue(case, clock.now())
    else:
        await start(case)


async def stop(guild_id: int, number: int) -> None:
    """Remove a timer that isn't needed any more."""
    await jobs.remove(guild_id, _key(number))


async def end_earlier(case: Case, user_id: int) -> None:
    """End this member's cases that this one replaces or takes back, in the caller's transaction.

    Of two at once, the later one may be settled first; then it replaces this one.
    """
    kind = _TAKEN_BACK.get(case.action, case.action)
    if kind not in _LASTING:
        return
    mark = seals.member_mark(case.guild_id, user_id)
    found = await rows(_OF_KIND, case.guild_id, user_id, mark, kind, case.role_id)
    numbers = [row["number"] for row in found]
    why = "replaced" if kind is case.action else "by_hand"
    for number in (one for one in numbers if one < max(case.number, numbers[-1])):
        await cases.end(await cases.get(case.guild_id, number), case.moderator_id, why)
        await stop(case.guild_id, number)


def timeout_end(case: Case) -> datetime:
    """The end that Discord is given for a timeout: at most 28 days ahead, renewed before they are over."""
    # Before the end of the 28 days, because the call may take a while; the same for each attempt.
    begun = case.created_at if case.settled_at is None else clock.now()
    latest = begun + LONGEST_TIMEOUT - timedelta(minutes=1)
    return min(case.expires_at, latest) if case.expires_at else latest


def due(case: Case) -> datetime | None:
    """When a case's timer is due: at its end, or before the end that Discord was given for a longer timeout."""
    if case.action is CaseKind.SOFTBAN:
        return clock.now()  # its ban could not be lifted yet
    until = case.details.get("timeout_until")
    given = datetime.fromisoformat(until) if until else case.expires_at
    if case.expires_at and given and case.expires_at - given < SAME:
        return case.expires_at
    return given - EARLY if given else None


async def _enqueue(case: Case, at: datetime) -> None:
    await jobs.enqueue(
        JOB, {"case": case.number}, guild_id=case.guild_id, key=_key(case.number), at=at, max_attempts=ATTEMPTS
    )


def _key(number: int) -> str:
    return f"lift:{number}"
